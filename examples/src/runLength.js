'use strict';

/** `aaab` becomes `3a1b`. */
exports.encode = function encode(text) {
  const letters = [...text];
  let encoded = '';
  for (let start = 0; start < letters.length;) {
    let end = start + 1;
    while (letters[end] === letters[start]) end += 1;
    encoded += `${end - start}${letters[start]}`;
    start = end;
  }
  return encoded;
};

/** Reads what `encode` wrote. It takes every count for a single digit. */
exports.decode = function decode(text) {
  return text.replace(/(\d)(.)/gsu, (_, count, letter) => letter.repeat(Number(count)));
};
