// Simply typed lambda calculus with de Bruijn indexes and one optional bug, chosen by BENCH_MUTANT.
const bug = process.env.BENCH_MUTANT;

const Bool = { tag: 'Bool' };
const Fun = (from, to) => ({ tag: 'Fun', from, to });
const Var = (index) => ({ tag: 'Var', index });
const Lit = (value) => ({ tag: 'Lit', value });
const Abs = (type, body) => ({ tag: 'Abs', type, body });
const App = (fn, arg) => ({ tag: 'App', fn, arg });

function sameType(a, b) {
  if (a.tag !== b.tag) return false;
  return a.tag === 'Bool' || (sameType(a.from, b.from) && sameType(a.to, b.to));
}

/** The type of a term, null if it has none. */
function typeOf(e, context = []) {
  switch (e.tag) {
    case 'Var':
      return context[e.index] ?? null;
    case 'Lit':
      return Bool;
    case 'Abs': {
      const to = typeOf(e.body, [e.type, ...context]);
      return to === null ? null : Fun(e.type, to);
    }
    case 'App': {
      const fn = typeOf(e.fn, context);
      const arg = typeOf(e.arg, context);
      return fn !== null && arg !== null && fn.tag === 'Fun' && sameType(fn.from, arg) ? fn.to : null;
    }
  }
}

function shift(by, e, cutoff = 0) {
  switch (e.tag) {
    case 'Var':
      if (bug === 'shift_var_none') return e;
      if (bug === 'shift_var_all') return Var(e.index + by);
      if (bug === 'shift_var_leq') return e.index <= cutoff ? e : Var(e.index + by);
      return e.index < cutoff ? e : Var(e.index + by);
    case 'Lit':
      return e;
    case 'Abs':
      return Abs(e.type, shift(by, e.body, bug === 'shift_abs_no_incr' ? cutoff : cutoff + 1));
    case 'App':
      return App(shift(by, e.fn, cutoff), shift(by, e.arg, cutoff));
  }
}

function subst(index, by, e) {
  switch (e.tag) {
    case 'Var':
      if (bug === 'subst_var_all') return by;
      if (bug === 'subst_var_none') return e;
      return e.index === index ? by : e;
    case 'Lit':
      return e;
    case 'Abs': {
      const inner = bug === 'subst_abs_no_shift' ? by : shift(1, by);
      return Abs(e.type, subst(bug === 'subst_abs_no_incr' ? index : index + 1, inner, e.body));
    }
    case 'App': {
      const fn = bug === 'subst_app_no_rec_1' ? e.fn : subst(index, by, e.fn);
      return App(fn, bug === 'subst_app_no_rec_2' ? e.arg : subst(index, by, e.arg));
    }
  }
}

const substTop = (by, e) => shift(-1, subst(0, shift(1, by), e));

/** One step, leftmost outermost and also under binders; null for a normal form. */
function step(e) {
  if (e.tag === 'Abs') {
    const body = step(e.body);
    return body === null ? null : Abs(e.type, body);
  }
  if (e.tag !== 'App') return null;
  if (e.fn.tag === 'Abs') return substTop(e.arg, e.fn.body);
  const fn = step(e.fn);
  if (fn !== null) return App(fn, e.arg);
  const arg = step(e.arg);
  return arg === null ? null : App(e.fn, arg);
}

function steps(e, most = 40) {
  for (let next = e; most > 0 && next !== null; most -= 1) {
    e = next;
    next = step(e);
  }
  return e;
}

module.exports = { Bool, Fun, Var, Lit, Abs, App, sameType, typeOf, step, steps };
