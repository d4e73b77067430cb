const fc = require('fast-check');
const YAML = require('yaml');

test('parse(stringify(x)) is x', () => {
  fc.assert(
    fc.property(fc.record({ name: fc.string(), text: fc.string() }), (entry) => {
      expect(YAML.parse(YAML.stringify(entry))).toEqual({ ...entry });
    }),
  );
});
