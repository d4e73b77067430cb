'use strict';

/** `Hello, World!` becomes `hello-world`. */
exports.slug = function slug(title) {
  return title
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
};
