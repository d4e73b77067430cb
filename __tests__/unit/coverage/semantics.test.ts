import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { instrument } from '../../../src/coverage/instrument';
import { withoutTemporaries } from '../../../src/coverage/source/names';
import { Coverage, evaluate, instrumentOrThrow, outcomeOf } from './evaluate';

describe('instrumented code does what the code does', () => {
  test.each<[name: string, code: string]>([
    [
      'no semicolons',
      'let n = 1\nlet o = []\nn === 1 && o.push(n)\no.includes(1) && o.push(2)\n;[3].forEach(x => o.push(x))\nmodule.exports = o',
    ],
    [
      'no semicolon before a call chain',
      'const o = []\nlet a = o\no.concat(1).includes(1) && o.push(1)\na.x === o.y || o.push(2)\nmodule.exports = o',
    ],
    [
      'no semicolon after an arrow function',
      'const f = x => x.a === x.b\nconst g = f\nmodule.exports = [g({ a: 1, b: 1 }), f({})]',
    ],
    [
      'a directive without a semicolon',
      "'use strict'\nmodule.exports = function () { 'use strict'\nreturn this === undefined }()",
    ],
    ['strict mode kept', "'use strict'; module.exports = (function () { return this })() === undefined"],
    ['strict mode of a function kept', "module.exports = (function () { 'use strict'; return this })() === undefined"],
    ['sloppy mode kept', 'module.exports = (function () { return typeof this })()'],
    [
      'names of arrow functions',
      'const a = () => {}; let b; b = () => {}; let c; c ||= () => {}; let d = null; d ??= function () {}; let e = 1; e &&= class {};\nmodule.exports = [a, b, c, d, e].map(f => f.name)',
    ],
    [
      'names of defaults',
      'function f(a = () => {}, { b = function () {}, c = class {} } = {}) { return [a.name, b.name, c.name] }\nmodule.exports = f()',
    ],
    ['names in parentheses', 'let a = (() => {}); let b; b ??= (function () {});\nmodule.exports = [a.name, b.name]'],
    [
      'names of fields',
      'class A { a = () => {}; static b = function () {}; c = (0, () => {}) }\nmodule.exports = [new A().a.name, A.b.name, new A().c.name]',
    ],
    [
      'lengths',
      'module.exports = [(a, b = 1, c) => a, function (a, ...b) {}, function (a = 1) {}, async (a, b) => a === b].map(f => f.length)',
    ],
    [
      'order of evaluation',
      'const o = []; const t = (x) => { o.push(x); return x };\nt(1) === t(2); t(3) < t(4); t("a").includes(t("b"), t(0)); t("k") in t({}); switch (t(5)) { case t(6): case t(5): t("five") } module.exports = o',
    ],
    [
      'dates and bases',
      'const o = []; const t = (x) => { o.push(x); return x };\nmodule.exports = [new Date(t("2020-01-01")).getTime(), new Date(t("x"), t(1)).getTime(), Date.parse(t("y")), parseInt(t("f"), t(16)), t(new Date(5)) < t(new Date(7)), new (class Date { constructor(x) { this.x = x } })(t("z")), o]',
    ],
    [
      'errors of dates',
      'const f = (g) => { try { return g() } catch (e) { return e.message } };\nmodule.exports = [f(() => new Date(o).foo()), f(() => new Date(f).toISOString()), f((o) => Date.parse(o.x)), f((o) => new Date(o.x))]',
    ],
    [
      'order of evaluation when nested',
      'const o = []; const t = (x) => { o.push(x); return x };\nmodule.exports = [(t(1) === t(1)) === (t(2) !== t(3)), t(t(1) < t(2)) == t(t(3) >= t(4)), o]',
    ],
    [
      'recursion between operands',
      'function f(n) { return n.v < 1 ? n.v : (f({ v: n.v - 1 }) === f({ v: n.v - 2 }) ? 1 : 2) + n.v }\nmodule.exports = [0, 1, 2, 3, 7].map(v => f({ v }))',
    ],
    [
      'a getter is read once',
      'let n = 0; const o = { get a() { n++; return "x" } };\no.a === "x"; o.a === o.a; o.a.startsWith("x"); switch (o.a) { case "y": } module.exports = n',
    ],
    [
      'this of methods',
      'const o = { v: [1], has(x) { return this.v.indexOf(x) >= 0 }, sub: { test(x) { return this === o.sub && x } } };\nmodule.exports = [o.has(1), o.has(2), o.sub.test(7)]',
    ],
    [
      'optional chains',
      'const a = null, b = { c: "xyz", d: null };\nmodule.exports = [a?.b.includes("x"), a?.includes("x"), b?.c.includes("x"), b.c?.startsWith("x"), b.d?.has(1).x, b.e?.(1) === 2, b.c.endsWith?.("z")]',
    ],
    ['spread arguments', 'const a = ["x"]; module.exports = ["xy".includes(...a), "xy".startsWith("x", ...[0])]'],
    ['a missing method', 'const a = 1; a.startsWith("x")'],
    ['a missing receiver', 'const a = {}; a.b.includes("x")'],
    ['in with a wrong operand', '"a" in "b"'],
    [
      'mixed comparisons',
      'module.exports = [1n < 2, 1n == 1, "2" > 1, null >= 0, NaN !== NaN, -0 === 0, undefined == null, [] == ""]',
    ],
    ['a symbol', 'const s = Symbol(); module.exports = [s === s, s == 1, new Set([s]).has(s)]'],
    ['a symbol in an order', 'const s = Symbol(); s.x < s'],
    ['private names', 'class A { #a = 1; static is(o) { return #a in o } } module.exports = [A.is(new A()), A.is({})]'],
    [
      'super',
      'class A { has(x) { return x } constructor(x) { this.x = x } } class B extends A { constructor(a) { a === 1 && super(a); if (a !== 1) super(2) } has(x) { return super.has(x) === 3 } }\nmodule.exports = [new B(1), new B(5), new B(1).has(3)]',
    ],
    [
      'super before a field',
      'class A { constructor() { this.y = 1 } } class B extends A { x = this.y === 1 } module.exports = new B()',
    ],
    [
      'static blocks',
      'class A { static x; static { if (A.x === undefined) A.x = 1\nA.x.y === 1 || (A.z = 2) } static w = A.z === 2 } module.exports = [A.x, A.z, A.w]',
    ],
    [
      'computed keys',
      'const k = { n: "a" }; class A { [k.n === "a" ? "b" : "c"]() { return 1 } static [k.n + "x"] = 2 } module.exports = [Object.getOwnPropertyNames(A.prototype), A.ax]',
    ],
    [
      'dangling else',
      'function f(a, b) { if (a) if (b) return 1; else return 2; return 3 } module.exports = [f(1, 1), f(1, 0), f(0, 1)]',
    ],
    ['functions in if', 'if (true) function g() { return 1 } module.exports = g()'],
    [
      'labels',
      'let o = []; a: for (let i = 0; i < 3; i++) b: for (let j = 0; j < 3; j++) { if (j === 1) continue a; if (i === 2) break a; if (i === 1) break b; o.push([i, j]) } module.exports = o',
    ],
    [
      'do without a semicolon',
      'let i = 0; do i++; while (i < 3) i === 3 && i++\ndo { i++ } while (i < 9)\nmodule.exports = i',
    ],
    [
      'switch falling through, default in the middle',
      'const f = (x) => { const o = []; switch (x.v) { case 1: o.push(1); default: o.push("d"); case "2": o.push(2); break; case null: o.push(3) } return o };\nmodule.exports = [1, 5, "2", null].map(v => f({ v }))',
    ],
    [
      'switch without default, last case falling out',
      'const f = (x) => { let y = 0; switch (x) { case 1: let z = 1; y = z; case 2: y++ } return y }; module.exports = [f(1), f(2), f(3)]',
    ],
    [
      'switch (true)',
      'const f = (x) => { switch (true) { case x.a > 1: return "big"; case x.a === 0: return "zero" } }; module.exports = [f({ a: 2 }), f({ a: 0 }), f({ a: 1 })]',
    ],
    ['an empty switch', 'let n = 0; switch (n++) {} module.exports = n'],
    [
      'generators',
      'function* g(a) { const x = (yield 1) === (yield 2); const y = (yield 3) < (yield a.b); return [x, y] }\nconst i = g({ b: 4 }); module.exports = [1, 5, 5, 6, 7].map(v => i.next(v))',
    ],
    [
      'generators side by side',
      'function* g() { return (yield) === (yield) } const a = g(), b = g(); a.next(); b.next(); a.next(1); b.next(2); module.exports = [a.next(1), b.next(1)]',
    ],
    [
      'eval',
      'var x = 1; function f() { var x = 2; return [x === 2 && eval("x"), (0, eval)("typeof x")] } module.exports = f()',
    ],
    ['with', 'var o = { a: 1, $fzc: 5 }; with (o) { if (a === 1) a = (() => a || 2)() + 1 } module.exports = o'],
    ['delete', 'const o = { a: { b: 1 } }; module.exports = [delete (o && o.a.b), delete o.a.b, o]'],
    [
      'template literals',
      'const t = (s, ...v) => s.raw.join("|") + v; const f = () => t`a${1 === 1 && 2}b`; module.exports = [f(), f(), `x${`y${2 > 1 ? "z" : ""}`}`]',
    ],
    [
      'objects as arrow bodies',
      'const f = (x) => ({ a: x === 1 }), g = (x) => ({}[x.y] === 2); module.exports = [f(1), g({})]',
    ],
    [
      'in at the head of for',
      'let o = []; for (let i = ("a" in { a: 1 }) ? 1 : 0, f = () => ("b" in {}); i < 3; i++) o.push(f()); module.exports = o',
    ],
    [
      'destructuring',
      'let a, b; [a = 1, b = a === 1 ? 2 : 3] = []; ({ a, c: b = a || 5 } = { a: 0 }); module.exports = [a, b]',
    ],
    ['return at top level', 'module.exports = 1; if (module.exports === 1) return; module.exports = 2'],
    ['await as a name', 'var await = 1; module.exports = await === 1'],
    ['its own globalThis', 'var globalThis = { a: 1 }; module.exports = globalThis.a === 1'],
    ['its own Symbol', 'const Symbol = 1, Uint8Array = 2; module.exports = Symbol === 1 ? Uint8Array : 0'],
    ['names like ours', 'const $fzc = 1, $fz0 = 2, $fz1_c = 3; module.exports = [$fzc === 1, $fz0 === $fz1_c]'],
    ['no code', '// nothing\n'],
    ['only a directive', "'use strict'"],
    ['HTML-like comments', '<!-- comment\nmodule.exports = 1\n--> comment'],
    [
      'operands over several lines',
      'const a = { b: "x\\\n y" };\nmodule.exports = [a.b === "x\\\n y", `l\n` === a.b, a.b.includes(`\n`), -1 < a.c]',
    ],
    [
      'comments between',
      'const a = 1; module.exports = [/*a*/ a /*b*/ === /*c*/ 1 /*d*/, (a) // e\n === (1), (/*f*/ a /*g*/)]',
    ],
    [
      'new with a method call inside',
      'class A { constructor(x) { this.x = x } } const o = { A, m: new Map([["k", A]]) }; module.exports = [new o.A(o.m.has("k")), new (o.m.get("k"))(1), new A(2).x === 2]',
    ],
    [
      'methods of the user with the names of ours',
      'const o = { s: { match(x) { return this === o.s && x }, replace(...a) { return a }, exec(x) { return x }, equals(x) { return [this === o.s, x] }, split() { return arguments.length }, get(k) { return k + 1 }, localeCompare: () => 7 } };\nmodule.exports = [o.s.match(/x/).source, o.s.replace("a", 2, 3), o.s.exec("y"), o.s.equals({}), o.s.split(1, 2, 3), o.s.get(1), o.s.localeCompare("q")]',
    ],
    [
      'functions of the user with the names of ours',
      'const Number = (...a) => a, parseInt = function () { return typeof this }, BigInt = (x) => x, JSON = { parse(...a) { return [this === JSON, a] } }, expect = (...a) => ({ toBe: (...b) => [a, b], not: { toEqual: (...b) => [b, a] } }), Object = { is: (...a) => a, hasOwn() { return arguments.length } };\nconst o = { s: "5" };\nmodule.exports = [Number(o.s, 2), parseInt(o.s), BigInt(o.s), JSON.parse(o.s, 1, 2), expect(o.s, "m").toBe(o.x, 1), expect(o.s).not.toEqual(o), Object.is(o.s, o.x, 3), Object.hasOwn(o, o.s, 3)]',
    ],
    [
      'conversions',
      'const o = { s: "12", n: null, get g() { this.c = (this.c || 0) + 1; return "7" } };\nmodule.exports = [Number(o.s), Number(), Number(o.n), parseInt(o.s, 8), parseFloat(o.s + ".5"), +o.s, +o.g, Number(o.g), o.c, 1 + +o.s, - -o.s, +(o.s), [..."123"].map(Number), Number(...["4"]), Number?.("5"), +o.s === Number(o.s), Number(Number(o.s) + +o.g), new Number(o.s) + 1]',
    ],
    ['a conversion that fails', 'const s = Symbol("x"); Number(s) === +s'],
    ['a bigint with a plus', 'const o = { n: 1n }; +o.n'],
    ['a bigint of text', 'const o = { n: "x1" }; BigInt(o.n)'],
    [
      'JSON with a reviver',
      'const o = { s: "[1,2]" }; module.exports = JSON.parse(o.s, (k, v) => (k === "0" ? 5 : v))',
    ],
    ['JSON that fails', 'const o = { s: "[1," }; JSON.parse(o.s)'],
    [
      'replacing and splitting',
      'const o = { s: "a-b-c" }, r = /-/g;\nmodule.exports = [o.s.replace("-", "$&$&"), o.s.replace(r, (m, at) => at), o.s.replaceAll("-", "+"), o.s.split("-", 2), o.s.split(/(-)/), o.s.search(r), o.s.match(r), [...o.s.matchAll(/[a-c]/g)].length, r.lastIndex, o.s.match()]',
    ],
    [
      'lastIndex of patterns',
      'const o = { s: "aXbXc" }, g = /X/g, y = /b/y; const out = []; let m;\nwhile ((m = g.exec(o.s)) !== null) out.push(m.index, g.lastIndex);\ny.lastIndex = 2; out.push(y.test(o.s), y.lastIndex, y.test(o.s), y.lastIndex); module.exports = out',
    ],
    ['matchAll without g', 'const o = { s: "a" }; o.s.matchAll(/a/)'],
    [
      'a pattern with its own getters',
      'let n = 0; const o = { s: "a" }; const r = { [Symbol.match]() { n++; return "m" }, get source() { n += 100; return "" } };\nmodule.exports = [o.s.match(r), n]',
    ],
    [
      'members by key',
      'const o = { t: { a: 1, f(x) { return [this === o.t, x] } }, k: "a", m: "f" }, t = o.t, f = "f";\nt[o.k] += 5; t[o.k]++; ++t[o.k]; o.t[o.k + "b"] ||= 3; [t[o.k + 1]] = [4]; ({ x: t[`${o.k}2`] = 9 } = {}); for (t[o.k + 3] of [7, 8]); for (t[o.k + 4] in { q: 1 });\nmodule.exports = [t, o.t[o.m](1), t[f](2), t[f]?.(3), t?.[f](4), (t[f])(5), delete t[o.k], t, typeof t[o.k], new ({ A: class { x = 1 } })["A"](), t[f].call(t, 6), t[f](7)[0]]',
    ],
    [
      'members by key, read once and in order',
      'const o = []; const l = (x, v) => { o.push(x); return v }; let c = 0;\nconst t = { get a() { c++; return 1 }, set a(v) { c += 10 } };\nl(1, t)[l(2, "a")] = l(3, 5); l(4, t)[l(5, "a")] += l(6, 1); const k = { toString() { o.push("string"); return "a" } }; t[k]; t[k] = 1; l(7, { f: () => 1 })[l(8, "f")](l(9)); module.exports = [o, c]',
    ],
    [
      'members of proxies',
      'const o = []; const t = new Proxy({}, { get: (x, k) => (o.push("get " + String(k)), k), set: (x, k) => (o.push("set " + k), true), has: (x, k) => (o.push("has " + k), true), ownKeys: () => (o.push("keys"), []), getPrototypeOf: () => (o.push("proto"), null), getOwnPropertyDescriptor: (x, k) => (o.push("own " + k), undefined) });\nconst q = { k: "a" }; t[q.k]; t[q.k] = 1; q.k in t; Object.hasOwn(t, q.k); ({}).hasOwnProperty.call(t, q.k); module.exports = o',
    ],
    ['a member of null', 'const o = { t: null, k: "a" }; o.t[o.k]'],
    ['a member of undefined, set', 'const o = { k: "a" }; o.t[o.k] = 1'],
    ['a called member that is missing', 'const t = {}, name = "go"; t[name](1)'],
    ['a called member of a member that is missing', 'const o = { t: {} }, name = "go"; o.t[name](1)'],
    ['a constructed member that is missing', 'const t = {}, name = "Go"; new t[name](1)'],
    ['a tag that is missing', 'const t = {}, name = "go"; t[name]`x`'],
    ['a spread member that is missing', 'const t = {}, name = "go"; Math.max(...t[name])'],
    ['a looped member that is missing', 'const t = {}, name = "go"; for (const x of t[name]);'],
    ['a destructured member that is missing', 'const t = {}, name = "go"; const { x } = t[name]'],
    ['a destructured member that is missing, assigned', 'const t = {}, name = "go"; let x; ({ x } = t[name])'],
    ['a variable that is not there', 'const t = {}; typeof missing; t[missing]'],
    ['a variable that is not there yet', 'const t = {}; t[late](1); let late'],
    ['a frozen member', "'use strict'; const t = Object.freeze({ a: 1 }), o = { k: 'a' }; t[o.k] = 2"],
    [
      'pairs',
      'const o = { a: NaN, z: -0 }, has = Object.prototype.hasOwnProperty;\nmodule.exports = [Object.is(o.a, NaN), Object.is(o.z, 0), Object.hasOwn(o, "a"), has.call(o, "b"), Object.prototype.hasOwnProperty.call(o, "a"), Reflect.has(o, "z"), Object.is(...[1, 1]), Object?.is(1, o.x), Object.is?.(o.a, o.a)]',
    ],
    ['own of null', 'const o = { n: null }; Object.hasOwn(o.n, "x")'],
    ['hasOwnProperty of undefined', 'const o = {}; ({}).hasOwnProperty.call(o.n, "x")'],
    ['a missing pair', 'const o = { Object: {} }; const assert = {}; assert.equal(o.x, o.y)'],
    [
      'in a default and a field',
      'const o = { s: "5", t: { 5: 1 } }; class A { x = Number(o.s); y = o.t[o.s]; z = +o.s } module.exports = [((a = Number(o.s), b = o.t[o.s], c = JSON.parse(o.s)) => [a, b, c])(), new A()]',
    ],
    [
      'no semicolon before a conversion',
      'const o = { s: "5", f: () => 3, k: "s" }\nlet a = 1\nlet b = a\nNumber(o.s)\nlet c = b\nparseInt(o.s) === 5 && a++\nconst t = o, f = "f"\nt[f](1)\nmodule.exports = [a, b, c]',
    ],
    [
      'yielding between',
      'function* g(o) { return [Number(yield 1), o[yield 2], Object.is(yield 3, yield 4), JSON.parse(yield 5), (yield 6).match(yield 7)] }\nconst i = g({ a: 9 }); const v = [0, "1", "a", 3, 3, "[]", "xay", /a/]; module.exports = v.map((x) => i.next(x))',
    ],
    [
      'values of logical expressions',
      'const o = { z: 0, e: "", n: null, u: undefined, a: NaN, t: "t", f: () => 1 }; const { z, n, t } = o;\nmodule.exports = [o.z && 1, o.e || o.n, o.n ?? o.u, o.a || 0 || o.e, o.t && o.z && 1, z && 1, n ?? z ?? 1, t || z, !(o.t && o.e), (o.t || o.z) && (o.e || o.z), o.z || o.e || o.t || 1, (o.z, o.n) ?? 2, o.t === "t" && o.z < 1 && o.e, o.x > 1 || o.e, !o.t || !o.z, ("z" in o) || 5, o instanceof Array || 6, delete o.t && 7]; if ((o.z || o.f) && !(o.n ?? o.e)) module.exports.push("then"); else module.exports.push("else"); module.exports.push(o.z || o.f() ? o.e || 8 : 9)',
    ],
    [
      'operands of logical expressions, evaluated once and in order',
      'const o = []; const l = (x, v) => { o.push(x); return v };\nconst r = [l(1, 0) || l(2, "") || l(3, 5) || l(4), l(5, 1) && l(6, 0) && l(7), l(8, null) ?? l(9, 0) ?? l(10), l(11, 1) && (l(12, 0) || l(13, 2))]; while (l(14, 0) || l(15, 0)); for (; l(16, 1) && l(17, 0); ); module.exports = [r, o]',
    ],
    [
      'logical assignments',
      'const log = []; const o = { z: 0, t: 1, get g() { log.push("g"); return null }, set g(v) { log.push(v) }, get h() { log.push("h"); return 1 }, set h(v) { log.push("set h") } }; let a = 0, b = 1, c, d; const k = 1; class A { #p = 0; m() { return [this.#p ||= 4, this.#p &&= 5, this.#p] } }\nmodule.exports = [a ||= 2, b ||= 3, c ??= 4, b &&= 0, a, b, c, o.z ||= 5, o.t ||= 6, o.g ??= 7, o.h ||= 8, o["t"] &&= 9, k || (k ||= 1), (d ||= function () {}).name, (o.q ||= function () {}).name, o, log, new A().m(), (o.n ??= {}).x ??= (o.n.y ||= 3), o.n]',
    ],
    ['a logical assignment to a constant', 'const k = 0; k ||= 1'],
    ['a logical assignment to what is not there', 'missing ??= 1'],
    ['a logical assignment to a member of null', 'const o = { n: null }; o.n.x ||= 1'],
    [
      'values of optional chains',
      'const o = { n: null, a: { b: { c: 1, f(...x) { return [this === o.a.b, x] } } }, f(...x) { return [this === o, x] } }, n = null, f = (...x) => x, k = "b"; class A { #p = { q: 1 }; static m(a) { return [a?.#p.q, a?.#p?.q, a.x?.#p] } }\nmodule.exports = [o?.n, n?.n.m.o, n?.[k = 5], o.n?.m, o.a?.b.c, o.a?.b?.c, o?.a?.b?.f(1), o.a?.b.f?.(1, 2), o.a?.[k]?.["f"](3), o.x?.(4), o.f?.(5), o.f?.(), n?.(6), f?.(7), f?.(...[8]), o.f?.(...[9, 10]), (o.a?.b.f)(11), (o?.f)(12), (n?.f), delete o?.z, delete o.a?.b.c, delete n?.x.y, o.a, A.m(new A()), A.m(null), typeof n?.x, `${o.a?.b?.z}`, o.a?.b.f(13)?.[0], o.n?.x(14).y, f?.(o.n?.x, 15), o.a?.b["f"](16)]',
    ],
    [
      'optional chains, evaluated once and in order',
      'const o = []; const l = (x, v) => { o.push(x); return v };\nl(1, null)?.[l(2)]; l(3, {})?.[l(4, "x")]?.[l(5)]; l(6, { f: null }).f?.(l(7)); l(8, { f: (x) => l(10, {}) }).f?.(l(9)).g?.h; const t = { get a() { l(11); return { get b() { l(12) } } } }; t.a?.b?.c; t.a?.b.includes?.(l(13)); module.exports = o',
    ],
    ['an optional chain that is no function', 'const o = { a: {} }; o?.a.b(1)'],
    ['an optional chain of a member that is no function', 'const o = { a: { b: {} } }; o.a?.b.c(1)'],
    ['an optional call of a member that is no function', 'const o = { a: { b: 1 } }; o.a.b?.(1)'],
    ['an optional chain that is missing later', 'const o = { a: { } }; o.a?.b.c'],
    ['an optional chain, destructured', 'const o = {}; const { x } = o?.a'],
    ['an optional chain, looped over', 'const o = {}; for (const x of o?.a);'],
    ['an optional chain, spread', 'const o = {}; Math.max(...o.b?.a)'],
    ['an optional chain of what is not there', 'missing?.x'],
    [
      'super in an optional chain',
      'class A { f(x) { return [x] } } class B extends A { g() { return [super.f?.(1), super.h?.(2), super.f(3)?.[0]] } } module.exports = new B().g()',
    ],
    ['new.target in an optional chain', 'function F() { this.n = new.target?.name } module.exports = new F()'],
    [
      'yield in optional chains',
      'function* g() { return [(yield 1)?.x, (yield 2).f?.(yield 3), (yield 4) || (yield 5), (yield 6).x ??= yield 7] }\nconst i = g(); const v = [0, null, { f: (x) => x }, "a", 0, 5, {}, 7]; module.exports = v.map((x) => i.next(x))',
    ],
    [
      'loops that do not run, and how they are left',
      'const o = []\nlet n = 0\nfor (const x of []) o.push(x)\nwhile (n > 0) n--\nfor (var i = 0; i < 0; i++) o.push(i)\nfor (const k in {}) o.push(k)\nif (n) for (;;); else for (const x of [1]) o.push(x)\nfor (const x of [1, 2]) for (const y of x === 1 ? [] : [3]) o.push(x, y)\nouter: for (const x of [1, 2, 3]) { inner: while (n < 9) { n++; if (x === 2) continue outer; if (x === 3) break outer; if (n > 3) break inner } o.push("x" + x) }\nfunction f() { for (const x of [5, 6]) if (x > 5) return x }\nmodule.exports = [o, n, i, f()]',
    ],
    ['a loop after a do loop', 'let i = 0\ndo i++\nwhile (i < 3) for (; i < 5; i++);\nmodule.exports = i'],
    [
      'recursion in a loop',
      'const o = []; function f(n) { for (let i = 0; i < n; i++) { f(n - 1); for (const x of []) x } o.push(n) } f(3); module.exports = o',
    ],
    [
      'closures of a loop',
      'const o = []; for (let i = 0; i < 3; i++) o.push(() => i); module.exports = o.map((f) => f())',
    ],
    [
      'loops of generators',
      'function* g(n) { for (let i = 0; i < n; i++) yield* g(i); while (n-- > 0) yield n } module.exports = [...g(4)]',
    ],
    ['async functions', 'const f = async (a) => (await a.b) === (await 2); module.exports = f.constructor.name'],
    [
      'arguments',
      'function f() { return arguments[0] === 1 ? (() => arguments.length === 2)() : arguments } module.exports = [f(1, 2), f(2)]',
    ],
  ])('%s', (_, code) => {
    const expected = outcomeOf(() => evaluate(code));
    const coverage = new Coverage().install();
    expect(outcomeOf(() => coverage.load(code))).toBe(expected);
    coverage.log.enabled = true;
    expect(outcomeOf(() => coverage.load(code))).toBe(expected);
    expect(outcomeOf(() => coverage.load(code, { comparisons: false }))).toBe(expected);
    expect(instrumentOrThrow(code).code.split(/\r\n?|[\n\u2028\u2029]/)).toHaveLength(
      code.split(/\r\n?|[\n\u2028\u2029]/).length,
    );
  });

  test('operands that are awaited', async () => {
    const code = 'module.exports = async (a) => [(await a.x) === (await a.y), (await a.s).includes(await a.x)]';
    const f = new Coverage().install().load(code) as (value: unknown) => Promise<unknown>;
    const delayed = (value: unknown): Promise<unknown> => Promise.resolve().then(() => value);
    const runs = [f({ x: 'a', y: delayed('a'), s: 'bab' }), f({ x: delayed('c'), y: 'a', s: delayed('bab') })];
    expect(await Promise.all(runs)).toEqual([
      [true, true],
      [false, false],
    ]);
  });

  test('where nobody counts', () => {
    Reflect.deleteProperty(globalThis, Symbol.for('fuzz-runner.coverage@1'));
    const { code } = instrumentOrThrow('module.exports = ((a) => a.b === 1 || 5)({})');
    expect(evaluate(code)).toBe(5);
  });

  test('a #! line and a directive stay first', () => {
    const { code } = instrumentOrThrow("#!/usr/bin/env node\n'use strict'\nif (a) b()");
    expect(code).toMatch(/^#!\/usr\/bin\/env node\n'use strict';const \{counters/);
    expect(instrumentOrThrow('#!/usr/bin/env node\nif (a) b()').code).toMatch(
      /^#!\/usr\/bin\/env node\nconst \{counters/,
    );
  });
});

test('a message of an error names none of our variables', () => {
  const f = new Coverage().install().load('module.exports = (o) => o.a.includes("x")') as (value: unknown) => unknown;
  expect(withoutTemporaries(outcomeOf(() => f({ a: 1 })))).toBe(
    'error TypeError: (intermediate value).includes is not a function',
  );
  expect(withoutTemporaries('$fz1_12.b is not $fz')).toBe('(intermediate value).b is not $fz');
});

describe('what cannot be instrumented says why', () => {
  test('a syntax error', () => {
    expect(instrument('let a = ;', { file: 'src/a.js' })).toEqual({
      failed: 'src/a.js could not be parsed: Unexpected token (1:8)',
    });
  });

  test('a file that asks not to be', () => {
    const code = '// fuzz-runner ignore file\nif (a) b()';
    expect(instrument(code, { file: 'a.js' })).toEqual({ failed: expect.stringContaining('a.js asks not to be') });
  });
});

describe('ES modules', () => {
  /** Runs the files as ES modules in a Node of their own; returns what the first prints, and the keys that opened. */
  function runModules(files: Readonly<Record<string, string>>): string[] {
    const folder = mkdtempSync(path.join(tmpdir(), 'fuzz-runner-'));
    try {
      for (const [name, code] of Object.entries(files))
        writeFileSync(path.join(folder, name), instrumentOrThrow(code, { file: name }).code);
      const opener =
        '(key, count) => { globalThis.opened = (globalThis.opened ?? 0) + 1; return { counters: globalThis.c = new Uint8Array(count), flag: [1], compare() {} } }';
      writeFileSync(
        path.join(folder, 'start.mjs'),
        `globalThis[Symbol.for('fuzz-runner.coverage@1')] = ${opener}; await import('./${Object.keys(files)[0]}'); console.log(globalThis.opened)`,
      );
      return execFileSync(process.execPath, [path.join(folder, 'start.mjs')], { encoding: 'utf8' })
        .trim()
        .split('\n');
    } finally {
      rmSync(folder, { recursive: true });
    }
  }

  test('imports, exports, await at top level', () => {
    const main =
      "import d, { x, f as g } from './b.mjs'\nconst y = await g(x)\nconsole.log(y === 6 ? d.name : y, import.meta.url.length > 5)";
    const other =
      'export const x = 3\nexport async function f(a, b = 2) { return a.v === 1 || a * b }\nexport default class K { a = x === 3 }';
    expect(runModules({ 'a.mjs': main, 'b.mjs': other })).toEqual(['K true', '2']);
  });

  test('a function that a cycle of imports calls before its module began', () => {
    const main =
      "import { early } from './b.mjs'\nexport function f(x = 1) { return x === 1 ? 'called' : 'not' }\nexport default function (a) { return a.b || 4 }\nconsole.log(early)";
    const other =
      "import { f } from './a.mjs'\nimport g from './a.mjs'\nexport const early = f() + g({}) + (globalThis.opened === 2)";
    expect(runModules({ 'a.mjs': main, 'b.mjs': other })).toEqual(['called4true', '2']);
  });
});
