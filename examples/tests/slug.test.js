'use strict';
// `test.prop` of @fast-check/jest. Nothing is wrong here: a property that holds stays green.
const { test, fc } = require('@fast-check/jest');
const { slug } = require('../src/slug');

test.prop([fc.string()])('a slug of a slug is the slug', (title) => {
  expect(slug(slug(title))).toBe(slug(title));
});

test.prop({ words: fc.array(fc.stringMatching(/^[a-z]+$/), { minLength: 1 }) })('words are kept', ({ words }) => {
  expect(slug(words.join(' '))).toBe(words.join('-'));
});
