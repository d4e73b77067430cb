// Red-black trees (Okasaki's insertion, Kahrs' deletion) with one optional bug, chosen by BENCH_MUTANT.
const bug = process.env.BENCH_MUTANT;

const R = 'R';
const B = 'B';
const leaf = null;
const node = (color, left, key, value, right) => ({ color, left, key, value, right });
const isRed = (t) => t !== leaf && t.color === R;
const isBlack = (t) => t !== leaf && t.color === B;

const blacken = (t) => (t === leaf ? leaf : node(B, t.left, t.key, t.value, t.right));
const redden = (t) => (t === leaf ? leaf : node(R, t.left, t.key, t.value, t.right));

function balance(color, l, k, v, r) {
  if (color === B) {
    if (isRed(l) && isRed(l.left)) {
      const { left: a, key: x, value: vx, right: b } = l.left;
      const c = l.right;
      const d = r;
      if (bug === 'swap_cd') return node(R, node(B, a, x, vx, b), l.key, l.value, node(B, d, k, v, c));
      return node(R, node(B, a, x, vx, b), l.key, l.value, node(B, c, k, v, d));
    }
    if (isRed(l) && isRed(l.right)) {
      const a = l.left;
      const { left: b, key: y, value: vy, right: c } = l.right;
      const d = r;
      if (bug === 'swap_bc') return node(R, node(B, a, l.key, l.value, c), y, vy, node(B, b, k, v, d));
      return node(R, node(B, a, l.key, l.value, b), y, vy, node(B, c, k, v, d));
    }
    if (isRed(r) && isRed(r.left)) {
      const { left: b, key: y, value: vy, right: c } = r.left;
      return node(R, node(B, l, k, v, b), y, vy, node(B, c, r.key, r.value, r.right));
    }
    if (isRed(r) && isRed(r.right)) {
      const { left: c, key: z, value: vz, right: d } = r.right;
      return node(R, node(B, l, k, v, r.left), r.key, r.value, node(B, c, z, vz, d));
    }
  }
  return node(color, l, k, v, r);
}

function insert(key, value, tree) {
  const ins = (t) => {
    if (t === leaf || bug === 'insert_1') return node(bug === 'miscolor_insert' ? B : R, leaf, key, value, leaf);
    if (key < t.key) {
      if (bug === 'no_balance_insert_1') return node(t.color, ins(t.left), t.key, t.value, t.right);
      return balance(t.color, ins(t.left), t.key, t.value, t.right);
    }
    if (key > t.key || bug === 'insert_2') {
      if (bug === 'no_balance_insert_2') return node(t.color, t.left, t.key, t.value, ins(t.right));
      return balance(t.color, t.left, t.key, t.value, ins(t.right));
    }
    if (bug === 'insert_3') return t; // an existing key keeps its old value
    return node(t.color, t.left, key, value, t.right);
  };
  return blacken(ins(tree));
}

function balLeft(l, k, v, r) {
  if (isRed(l)) return node(R, blacken(l), k, v, r);
  if (isBlack(r)) return balance(B, l, k, v, redden(r));
  if (isRed(r) && isBlack(r.left)) {
    const { left: a, key: y, value: vy, right: b } = r.left;
    const c = bug === 'miscolor_balLeft' ? r.right : redden(r.right);
    return node(R, node(B, l, k, v, a), y, vy, balance(B, b, r.key, r.value, c));
  }
  return node(R, l, k, v, r);
}

function balRight(l, k, v, r) {
  if (isRed(r)) return node(R, l, k, v, blacken(r));
  if (isBlack(l)) return balance(B, redden(l), k, v, r);
  if (isRed(l) && isBlack(l.right)) {
    const { left: b, key: y, value: vy, right: c } = l.right;
    const a = bug === 'miscolor_balRight' ? l.left : redden(l.left);
    return node(R, balance(B, a, l.key, l.value, b), y, vy, node(B, c, k, v, r));
  }
  return node(R, l, k, v, r);
}

function join(l, r) {
  if (l === leaf) return r;
  if (r === leaf) return l;
  if (isRed(l) && isRed(r)) {
    const m = join(l.right, r.left);
    if (!isRed(m)) return node(R, l.left, l.key, l.value, node(R, m, r.key, r.value, r.right));
    const color = bug === 'miscolor_join_1' ? B : R;
    return node(R, node(color, l.left, l.key, l.value, m.left), m.key, m.value, node(color, m.right, r.key, r.value, r.right));
  }
  if (isBlack(l) && isBlack(r)) {
    const m = join(l.right, r.left);
    if (!isRed(m)) return balLeft(l.left, l.key, l.value, node(B, m, r.key, r.value, r.right));
    const color = bug === 'miscolor_join_2' ? R : B;
    return node(R, node(color, l.left, l.key, l.value, m.left), m.key, m.value, node(color, m.right, r.key, r.value, r.right));
  }
  if (isRed(r)) return node(R, join(l, r.left), r.key, r.value, r.right);
  return node(R, l.left, l.key, l.value, join(l.right, r));
}

function remove(key, tree) {
  const del = (t) => {
    if (t === leaf) return leaf;
    if (bug === 'delete_4') {
      // the tree above the removed key is not rebuilt
      if (key < t.key) return del(t.left);
      if (key > t.key) return del(t.right);
      return join(t.left, t.right);
    }
    if (bug === 'delete_5' ? key > t.key : key < t.key) {
      return isBlack(t.left) ? balLeft(del(t.left), t.key, t.value, t.right) : node(R, del(t.left), t.key, t.value, t.right);
    }
    if (bug === 'delete_5' ? key < t.key : key > t.key) {
      return isBlack(t.right) ? balRight(t.left, t.key, t.value, del(t.right)) : node(R, t.left, t.key, t.value, del(t.right));
    }
    return join(t.left, t.right);
  };
  return bug === 'miscolor_delete' ? del(tree) : blacken(del(tree));
}

function find(key, t) {
  if (t === leaf) return undefined;
  if (key < t.key) return find(key, t.left);
  if (key > t.key) return find(key, t.right);
  return t.value;
}

function isBST(t, low = -Infinity, high = Infinity) {
  return t === leaf || (low < t.key && t.key < high && isBST(t.left, low, t.key) && isBST(t.right, t.key, high));
}

const noRedRed = (t) =>
  t === leaf || ((t.color === B || (!isRed(t.left) && !isRed(t.right))) && noRedRed(t.left) && noRedRed(t.right));

/** The black height, NaN if the paths differ. */
function blackHeight(t) {
  if (t === leaf) return 0;
  const left = blackHeight(t.left);
  return left === blackHeight(t.right) ? left + (t.color === B ? 1 : 0) : NaN;
}

const isRBT = (t) => isBST(t) && noRedRed(t) && !Number.isNaN(blackHeight(t)) && !isRed(t);

module.exports = { leaf, node, find, insert, remove, isRBT };
