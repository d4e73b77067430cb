/** Parts of `1.2.3-rc.4`; the release candidate is optional. */
export function parse(text) {
  const match = /^(\d+)\.(\d+)\.(\d+)(?:-rc\.(\d+))?$/.exec(text);
  if (match === null) throw new Error(`Expected a version such as 1.2.3-rc.4 but received "${text}".`);
  return { numbers: match.slice(1, 4).map(Number), candidate: match[4] };
}

/** Negative if `a` is older than `b`. Release candidates are compared as text, so rc.10 comes before rc.9. */
export function compare(a, b) {
  const left = parse(a);
  const right = parse(b);
  for (let at = 0; at < 3; at += 1) {
    if (left.numbers[at] !== right.numbers[at]) return left.numbers[at] - right.numbers[at];
  }
  if (left.candidate === right.candidate) return 0;
  if (left.candidate === undefined) return 1;
  if (right.candidate === undefined) return -1;
  return left.candidate < right.candidate ? -1 : 1;
}
