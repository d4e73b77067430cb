// Native ECMAScript modules: Node needs --experimental-vm-modules, as always with Jest.
import fc from 'fast-check';
import { compare } from '../src/version.mjs';

const part = fc.nat(20);

test('a later candidate is newer', () => {
  fc.assert(
    fc.property(fc.tuple(part, part, part), fc.tuple(part, part, part), part, part, (one, two, a, b) => {
      const order = Math.sign(compare(`${one.join('.')}-rc.${a}`, `${two.join('.')}-rc.${b}`));
      if (one.join() === two.join()) expect(order).toBe(Math.sign(a - b));
    }),
  );
});
