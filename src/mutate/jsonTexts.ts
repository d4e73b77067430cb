import type { Random } from '../choice/random';
import type { MemberFact } from '../coverage/comparisons/memberFacts';
import type { Dictionary } from './dictionary';
import { pick } from './mutator';

/** At most this many documents with one fact each are made. */
const MOST_FACTS = 24;
/** Number of documents that mix several facts and keys. */
const MIXED = 8;
const MOST_MEMBERS = 4;

/** JSON texts with the members that the code under test asks for: first one fact each, then mixtures. */
export function* jsonTexts({ members, keys, operands }: Dictionary, random: Random): Generator<string> {
  const facts = members.length > MOST_FACTS ? Array.from({ length: MOST_FACTS }, () => pick(members, random)) : members;
  for (const fact of facts) yield text([fact]);
  for (let round = 0; round < MIXED; round += 1) {
    const chosen: MemberFact[] = [];
    for (let count = 1 + random.below(MOST_MEMBERS); count > 0; count -= 1) {
      if (members.length > 0 && random.coin()) chosen.push(pick(members, random));
      else if (keys.length > 0)
        chosen.push({ path: [pick(keys, random)], value: sampleValue(operands.strings, random) });
    }
    if (chosen.length > 0) yield text(chosen);
  }
}

function sampleValue(strings: readonly string[], random: Random): MemberFact['value'] {
  const values: readonly MemberFact['value'][] = [0, 1, '', true, null, [], {}];
  return strings.length > 0 && random.coin() ? pick(strings, random) : pick(values, random);
}

/** Writes objects without `JSON.stringify`: a key `__proto__` of an object literal would not be an own key. */
function text(facts: readonly MemberFact[]): string {
  const heads = new Map<string, MemberFact[]>();
  for (const fact of facts) {
    const key = fact.path[0]!;
    heads.set(key, [...(heads.get(key) ?? []), fact]);
  }
  const written = [...heads].map(([key, group]) => {
    const deeper = group
      .filter(({ path }) => path.length > 1)
      .map(({ path, value }) => ({ path: path.slice(1), value }));
    return `${JSON.stringify(key)}:${deeper.length > 0 ? text(deeper) : JSON.stringify(group.at(-1)!.value)}`;
  });
  return `{${written.join(',')}}`;
}
