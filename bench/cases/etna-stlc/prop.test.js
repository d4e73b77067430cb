const fc = require('fast-check');
const { Bool, Fun, Var, Lit, Abs, App, typeOf, step, steps } = require('./stlc.js');

const { type, term } = fc.letrec((tie) => ({
  type: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    fc.constant(Bool),
    fc.tuple(tie('type'), tie('type')).map(([from, to]) => Fun(from, to)),
  ),
  term: fc.oneof(
    { maxDepth: 6, depthSize: 'medium' },
    fc.nat({ max: 5 }).map(Var),
    fc.boolean().map(Lit),
    fc.tuple(tie('type'), tie('term')).map(([of, body]) => Abs(of, body)),
    fc.tuple(tie('term'), tie('term')).map(([fn, arg]) => App(fn, arg)),
  ),
}));

describe('simply typed lambda calculus', () => {
  test('a step keeps the type', () => {
    fc.assert(
      fc.property(term, (e) => {
        const before = typeOf(e);
        fc.pre(before !== null);
        const next = step(e);
        if (next !== null) expect(typeOf(next)).toEqual(before);
      }),
    );
  });

  test('many steps keep the type', () => {
    fc.assert(
      fc.property(term, (e) => {
        const before = typeOf(e);
        fc.pre(before !== null);
        expect(typeOf(steps(e))).toEqual(before);
      }),
    );
  });
});
