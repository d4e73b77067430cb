'use strict';
// Small hand-written expression/JSON-ish language: lexer, parser, constant folder. No planted bug. ~300 lines.
class SynErr extends Error {
  constructor(msg, pos) {
    super(msg + ' at ' + pos);
    this.name = 'SynErr';
    this.pos = pos;
  }
}
const T = { NUM: 1, STR: 2, ID: 3, PUNCT: 4, KW: 5, EOF: 6 };
const KEYWORDS = new Set(['let', 'if', 'else', 'true', 'false', 'null', 'fn', 'return', 'while']);
function isDigit(c) {
  return c >= 48 && c <= 57;
}
function isHex(c) {
  return isDigit(c) || (c >= 97 && c <= 102) || (c >= 65 && c <= 70);
}
function isIdStart(c) {
  return (c >= 97 && c <= 122) || (c >= 65 && c <= 90) || c === 95 || c === 36;
}
function isIdPart(c) {
  return isIdStart(c) || isDigit(c);
}
function lex(src) {
  const out = [];
  let i = 0;
  const n = src.length;
  while (i < n) {
    const c = src.charCodeAt(i);
    if (c === 32 || c === 9 || c === 10 || c === 13) {
      i++;
      continue;
    }
    if (c === 47 && src.charCodeAt(i + 1) === 47) {
      while (i < n && src.charCodeAt(i) !== 10) i++;
      continue;
    }
    if (c === 47 && src.charCodeAt(i + 1) === 42) {
      const e = src.indexOf('*/', i + 2);
      if (e < 0) throw new SynErr('unterminated comment', i);
      i = e + 2;
      continue;
    }
    if (isDigit(c)) {
      const s = i;
      if (c === 48 && (src[i + 1] === 'x' || src[i + 1] === 'X')) {
        i += 2;
        if (!isHex(src.charCodeAt(i))) throw new SynErr('bad hex', i);
        while (i < n && isHex(src.charCodeAt(i))) i++;
        out.push({ t: T.NUM, v: parseInt(src.slice(s + 2, i), 16), p: s });
        continue;
      }
      while (i < n && isDigit(src.charCodeAt(i))) i++;
      if (src[i] === '.') {
        i++;
        if (!isDigit(src.charCodeAt(i))) throw new SynErr('bad fraction', i);
        while (i < n && isDigit(src.charCodeAt(i))) i++;
      }
      if (src[i] === 'e' || src[i] === 'E') {
        i++;
        if (src[i] === '+' || src[i] === '-') i++;
        if (!isDigit(src.charCodeAt(i))) throw new SynErr('bad exponent', i);
        while (i < n && isDigit(src.charCodeAt(i))) i++;
      }
      out.push({ t: T.NUM, v: Number(src.slice(s, i)), p: s });
      continue;
    }
    if (c === 34 || c === 39) {
      const q = c;
      const s = i;
      i++;
      let v = '';
      for (;;) {
        if (i >= n) throw new SynErr('unterminated string', s);
        const d = src.charCodeAt(i);
        if (d === q) {
          i++;
          break;
        }
        if (d === 10) throw new SynErr('newline in string', i);
        if (d === 92) {
          i++;
          const e = src[i];
          switch (e) {
            case 'n':
              v += '\n';
              break;
            case 't':
              v += '\t';
              break;
            case 'r':
              v += '\r';
              break;
            case 'b':
              v += '\b';
              break;
            case '0':
              v += '\0';
              break;
            case 'u': {
              const h = src.slice(i + 1, i + 5);
              if (!/^[0-9a-fA-F]{4}$/.test(h)) throw new SynErr('bad unicode escape', i);
              v += String.fromCharCode(parseInt(h, 16));
              i += 4;
              break;
            }
            case '"':
            case "'":
            case '\\':
            case '/':
              v += e;
              break;
            default:
              throw new SynErr('bad escape', i);
          }
          i++;
          continue;
        }
        v += src[i];
        i++;
      }
      out.push({ t: T.STR, v, p: s });
      continue;
    }
    if (isIdStart(c)) {
      const s = i;
      while (i < n && isIdPart(src.charCodeAt(i))) i++;
      const w = src.slice(s, i);
      out.push({ t: KEYWORDS.has(w) ? T.KW : T.ID, v: w, p: s });
      continue;
    }
    const three = src.slice(i, i + 3);
    if (three === '===' || three === '!==' || three === '...') {
      out.push({ t: T.PUNCT, v: three, p: i });
      i += 3;
      continue;
    }
    const two = src.slice(i, i + 2);
    if (
      two === '==' ||
      two === '!=' ||
      two === '<=' ||
      two === '>=' ||
      two === '&&' ||
      two === '||' ||
      two === '??' ||
      two === '=>' ||
      two === '**'
    ) {
      out.push({ t: T.PUNCT, v: two, p: i });
      i += 2;
      continue;
    }
    if ('+-*/%()[]{},:;.<>=!?'.includes(src[i])) {
      out.push({ t: T.PUNCT, v: src[i], p: i });
      i++;
      continue;
    }
    throw new SynErr('unexpected character', i);
  }
  out.push({ t: T.EOF, v: '', p: n });
  return out;
}
const PREC = {
  '??': 1,
  '||': 2,
  '&&': 3,
  '==': 4,
  '!=': 4,
  '===': 4,
  '!==': 4,
  '<': 5,
  '>': 5,
  '<=': 5,
  '>=': 5,
  '+': 6,
  '-': 6,
  '*': 7,
  '/': 7,
  '%': 7,
  '**': 8,
};
class Parser {
  constructor(toks) {
    this.k = toks;
    this.i = 0;
    this.depth = 0;
  }
  peek() {
    return this.k[this.i];
  }
  next() {
    return this.k[this.i++];
  }
  is(v) {
    const t = this.peek();
    return (t.t === T.PUNCT || t.t === T.KW) && t.v === v;
  }
  eat(v) {
    if (this.is(v)) {
      this.i++;
      return true;
    }
    return false;
  }
  need(v) {
    if (!this.eat(v)) throw new SynErr('expected ' + v, this.peek().p);
  }
  program() {
    const body = [];
    while (this.peek().t !== T.EOF) body.push(this.stmt());
    return { k: 'prog', body };
  }
  block() {
    this.need('{');
    const body = [];
    while (!this.is('}')) {
      if (this.peek().t === T.EOF) throw new SynErr('unclosed block', this.peek().p);
      body.push(this.stmt());
    }
    this.need('}');
    return { k: 'block', body };
  }
  stmt() {
    if (++this.depth > 60) throw new SynErr('too deep', this.peek().p);
    try {
      if (this.eat('let')) {
        const id = this.next();
        if (id.t !== T.ID) throw new SynErr('expected name', id.p);
        this.need('=');
        const e = this.expr(0);
        this.need(';');
        return { k: 'let', id: id.v, e };
      }
      if (this.eat('if')) {
        this.need('(');
        const c = this.expr(0);
        this.need(')');
        const a = this.block();
        let b = null;
        if (this.eat('else')) b = this.is('if') ? this.stmt() : this.block();
        return { k: 'if', c, a, b };
      }
      if (this.eat('while')) {
        this.need('(');
        const c = this.expr(0);
        this.need(')');
        return { k: 'while', c, a: this.block() };
      }
      if (this.eat('return')) {
        const e = this.is(';') ? null : this.expr(0);
        this.need(';');
        return { k: 'ret', e };
      }
      const e = this.expr(0);
      this.need(';');
      return { k: 'expr', e };
    } finally {
      this.depth--;
    }
  }
  expr(min) {
    if (++this.depth > 60) throw new SynErr('too deep', this.peek().p);
    let l = this.unary();
    for (;;) {
      const t = this.peek();
      if (t.t !== T.PUNCT) break;
      if (t.v === '?' && min === 0) {
        this.next();
        const a = this.expr(0);
        this.need(':');
        const b = this.expr(0);
        l = { k: 'cond', c: l, a, b };
        continue;
      }
      const p = PREC[t.v];
      if (p === undefined || p < min) break;
      this.next();
      const r = this.expr(t.v === '**' ? p : p + 1);
      l = fold({ k: 'bin', op: t.v, l, r });
    }
    this.depth--;
    return l;
  }
  unary() {
    if (this.eat('-')) return fold({ k: 'un', op: '-', e: this.unary() });
    if (this.eat('!')) return fold({ k: 'un', op: '!', e: this.unary() });
    return this.postfix(this.primary());
  }
  postfix(e) {
    for (;;) {
      if (this.eat('.')) {
        const id = this.next();
        if (id.t !== T.ID) throw new SynErr('expected member', id.p);
        e = { k: 'mem', o: e, m: id.v };
      } else if (this.eat('[')) {
        const x = this.expr(0);
        this.need(']');
        e = { k: 'idx', o: e, x };
      } else if (this.eat('(')) {
        e = { k: 'call', f: e, a: this.list(')') };
      } else return e;
    }
  }
  list(end) {
    const out = [];
    while (!this.is(end)) {
      if (this.eat('...')) out.push({ k: 'spread', e: this.expr(0) });
      else out.push(this.expr(0));
      if (!this.eat(',')) break;
    }
    this.need(end);
    return out;
  }
  primary() {
    const t = this.next();
    if (t.t === T.NUM) return { k: 'num', v: t.v };
    if (t.t === T.STR) return { k: 'str', v: t.v };
    if (t.t === T.ID) {
      if (this.eat('=>')) return { k: 'lam', p: [t.v], b: this.expr(0) };
      return { k: 'id', v: t.v };
    }
    if (t.t === T.KW) {
      switch (t.v) {
        case 'true':
          return { k: 'bool', v: true };
        case 'false':
          return { k: 'bool', v: false };
        case 'null':
          return { k: 'null' };
        case 'fn': {
          this.need('(');
          const ps = [];
          while (!this.is(')')) {
            const id = this.next();
            if (id.t !== T.ID) throw new SynErr('expected param', id.p);
            if (ps.includes(id.v)) throw new SynErr('duplicate param', id.p);
            ps.push(id.v);
            if (!this.eat(',')) break;
          }
          this.need(')');
          return { k: 'fn', p: ps, b: this.block() };
        }
        default:
          throw new SynErr('unexpected keyword', t.p);
      }
    }
    if (t.t === T.EOF) throw new SynErr('unexpected end', t.p);
    switch (t.v) {
      case '(': {
        const e = this.expr(0);
        this.need(')');
        return e;
      }
      case '[':
        return { k: 'arr', a: this.list(']') };
      case '{': {
        const ps = [];
        while (!this.is('}')) {
          const key = this.next();
          if (key.t !== T.STR && key.t !== T.ID && key.t !== T.NUM) throw new SynErr('bad key', key.p);
          this.need(':');
          ps.push([String(key.v), this.expr(0)]);
          if (!this.eat(',')) break;
        }
        this.need('}');
        return { k: 'obj', ps };
      }
      default:
        throw new SynErr('unexpected ' + t.v, t.p);
    }
  }
}
function fold(n) {
  if (n.k === 'un') {
    if (n.op === '-' && n.e.k === 'num') return { k: 'num', v: -n.e.v };
    if (n.op === '!' && n.e.k === 'bool') return { k: 'bool', v: !n.e.v };
    return n;
  }
  if (n.l.k === 'num' && n.r.k === 'num') {
    const a = n.l.v,
      b = n.r.v;
    switch (n.op) {
      case '+':
        return { k: 'num', v: a + b };
      case '-':
        return { k: 'num', v: a - b };
      case '*':
        return { k: 'num', v: a * b };
      case '/':
        return b === 0 ? n : { k: 'num', v: a / b };
      case '%':
        return b === 0 ? n : { k: 'num', v: a % b };
      case '**':
        return { k: 'num', v: a ** b };
      case '<':
        return { k: 'bool', v: a < b };
      case '>':
        return { k: 'bool', v: a > b };
      case '==':
      case '===':
        return { k: 'bool', v: a === b };
      case '!=':
      case '!==':
        return { k: 'bool', v: a !== b };
      default:
        return n;
    }
  }
  if (n.op === '+' && n.l.k === 'str' && n.r.k === 'str') return { k: 'str', v: n.l.v + n.r.v };
  return n;
}
function parse(src) {
  return new Parser(lex(src)).program();
}
exports.parse = parse;
exports.SynErr = SynErr;
exports.run = function run(src) {
  try {
    parse(src);
  } catch (e) {
    if (!(e instanceof SynErr)) throw e;
  }
};
