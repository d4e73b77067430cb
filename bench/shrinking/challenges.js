'use strict';
module.exports = function (fc) {
  const C = {};
  const sum16 = (a, b) => {
    let s = a + b;
    while (s > 32767) s -= 65536;
    while (s < -32768) s += 65536;
    return s;
  };
  const i16 = fc.integer({ min: -32768, max: 32767 });
  const bl = fc.array(i16, { maxLength: 1 }).filter((x) => x.reduce(sum16, 0) < 256);
  C.bound5 = {
    p: fc.property(fc.tuple(bl, bl, bl, bl, bl), (p) => p.flat().reduce(sum16, 0) < 5 * 256),
    ok: (s) => {
      const v = JSON.parse(s)[0]
        .filter((x) => x.length)
        .map((x) => x[0])
        .sort((a, b) => a - b);
      return v.length === 2 && v[0] === -32768 && v[1] === -1;
    },
  };
  C.large_union_list = {
    p: fc.property(fc.array(fc.array(fc.integer())), (ls) => new Set(ls.flat()).size < 5),
    ok: (s) => {
      const v = JSON.parse(s)[0];
      return v.length === 1 && ['-1,-2,0,1,2', '0,1,2,3,4'].includes(v[0].map(String).sort().join());
    },
  };
  C.reverse = {
    p: fc.property(fc.array(fc.integer()), (ls) => JSON.stringify([...ls].reverse()) === JSON.stringify(ls)),
    ok: (s) => ['[[0,1]]', '[[1,0]]', '[[0,-1]]', '[[-1,0]]'].includes(s),
  };
  C.coupling = {
    p: fc.property(fc.array(fc.nat(10)), (ls) => {
      fc.pre(ls.every((v) => v < ls.length));
      for (let i = 0; i < ls.length; i++) {
        const j = ls[i];
        if (i !== j && ls[j] === i) throw new Error('coupled');
      }
    }),
    ok: (s) => s === '[[1,0]]',
  };
  C.nestedlists = {
    p: fc.property(
      fc.array(fc.array(fc.constant(0), { maxLength: 20 })),
      (ls) => ls.map((l) => l.length).reduce((a, b) => a + b, 0) <= 10,
    ),
    ok: (s) => s === '[[[0,0,0,0,0,0,0,0,0,0,0]]]',
  };
  C.distinct = {
    p: fc.property(fc.array(fc.integer()), (ls) => new Set(ls).size < 3),
    ok: (s) =>
      ['-1,0,1', '0,1,2'].includes(
        JSON.parse(s)[0]
          .sort((a, b) => a - b)
          .join(),
      ),
  };
  C.deletion = {
    p: fc.property(fc.array(fc.integer()), fc.nat(10), (ls, i) => {
      fc.pre(i < ls.length);
      const x = ls[i];
      return [...ls.slice(0, i), ...ls.slice(i + 1)].indexOf(x) === -1;
    }),
    ok: (s) => s === '[[0,0],0]',
  };
  const pos = fc.integer({ min: 1, max: 1000000 });
  C.difference0 = { p: fc.property(pos, pos, (x, y) => x < 10 || x !== y), ok: (s) => s === '[10,10]' };
  C.difference_small = {
    p: fc.property(pos, pos, (x, y) => {
      const d = Math.abs(x - y);
      return x < 10 || d < 1 || d > 4;
    }),
    ok: (s) => s === '[10,6]',
  };
  C.difference1 = { p: fc.property(pos, pos, (x, y) => x < 10 || Math.abs(x - y) !== 1), ok: (s) => s === '[10,9]' };
  C.lengthlist = {
    p: fc.property(
      fc.integer({ min: 1, max: 100 }).chain((n) => fc.array(fc.nat(1000), { minLength: n, maxLength: n })),
      (ls) => ls.reduce((a, b) => Math.max(a, b), 0) < 900,
    ),
    ok: (s) => s === '[[900]]',
  };
  const { heap } = fc.letrec((tie) => ({
    heap: fc.oneof({ withCrossShrink: true, depthSize: 'small' }, fc.constant(null), tie('node')),
    node: fc.tuple(fc.integer(), tie('heap'), tie('heap')),
  }));
  const toList = (h) => {
    const s = [];
    const st = [h];
    while (st.length) {
      const x = st.shift();
      if (!x) continue;
      s.push(x[0]);
      st.push(x[1], x[2]);
    }
    return s;
  };
  const merge = (a, b) => {
    if (!a) return b;
    if (!b) return a;
    return a[0] <= b[0] ? [a[0], merge(a[2], b), a[1]] : [b[0], merge(b[2], a), b[1]];
  };
  const wrongSorted = (h) => (h ? [h[0], ...toList(merge(h[1], h[2]))] : []);
  const inv = (h) => !h || ((!h[1] || h[1][0] >= h[0]) && (!h[2] || h[2][0] >= h[0]) && inv(h[1]) && inv(h[2]));
  C.binheap = {
    p: fc.property(heap, (h) => {
      fc.pre(inv(h));
      const l = wrongSorted(h);
      const w = toList(h).sort((a, b) => a - b);
      return JSON.stringify(l) === JSON.stringify([...l].sort((a, b) => a - b)) && w.length === l.length;
    }),
    ok: (s) =>
      (s.match(/-?\d+/g) || []).length === 4 &&
      s
        .match(/-?\d+/g)
        .map(Number)
        .every((x) => Math.abs(x) <= 1),
  };
  const { e: expr } = fc.letrec((tie) => ({
    e: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.integer(),
      fc.tuple(fc.constant('+'), tie('e'), tie('e')),
      fc.tuple(fc.constant('/'), tie('e'), tie('e')),
    ),
  }));
  const dsub = (e) => !Array.isArray(e) || (!(e[0] === '/' && e[2] === 0) && dsub(e[1]) && dsub(e[2]));
  const ev = (e) => {
    if (!Array.isArray(e)) return e;
    if (e[0] === '+') return ev(e[1]) + ev(e[2]);
    const a = ev(e[1]),
      b = ev(e[2]);
    if (b === 0) throw new Error('Division by 0');
    return Math.floor(a / b);
  };
  C.calculator = {
    p: fc.property(expr, (e) => {
      fc.pre(dsub(e));
      ev(e);
    }),
    ok: (s) => ['[["/",0,["/",0,1]]]', '[["/",0,["+",0,0]]]', '[["/",0,["/",0,-1]]]'].includes(s),
  };
  // extras
  C.double_ge = {
    p: fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (d) => !(d >= 1.5)),
    ok: (s) => s === '[1.5]' || s === '[2]',
  };
  C.str_contains = { p: fc.property(fc.string({ maxLength: 30 }), (s) => !/[x-z]/.test(s)), ok: (s) => s === '["x"]' };
  C.int_range_neg = {
    p: fc.property(
      fc.integer({ min: -1000, max: 1000 }),
      fc.integer({ min: -1000, max: 1000 }),
      (a, b) => a + b > -250,
    ),
    ok: (s) => {
      const v = JSON.parse(s);
      return v[0] + v[1] === -250 && (v[0] === 0 || v[1] === 0);
    },
  };
  C.gen_lazy = {
    p: fc.property(fc.gen(), fc.nat(100), (g, n) => {
      const a = g(fc.nat, { max: 1000 }),
        b = g(fc.nat, { max: 1000 });
      return a + n < 500 || b < 7;
    }),
    ok: (s) => /^\[\[500,7\],0\]$|^\[\[400,7\],100\]$/.test(s),
  };
  return C;
};
