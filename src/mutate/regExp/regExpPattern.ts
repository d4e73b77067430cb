import { RegExpParser, RegExpSyntaxError, visitRegExpAST, type AST } from '@eslint-community/regexpp';
import { ANY, caseless, classEscape, inverse, intersection, without, type Range } from './characterRanges';

/** The parts of a regular expression from which a text that it matches can be made. */
export type PatternNode =
  | { readonly type: 'sequence'; readonly parts: readonly PatternNode[] }
  | { readonly type: 'alternatives'; readonly options: readonly PatternNode[] }
  | { readonly type: 'repeat'; readonly body: PatternNode; readonly min: number; readonly max: number }
  /** A capturing group; `index` from 1. */
  | { readonly type: 'group'; readonly body: PatternNode; readonly index: number; readonly name: string | null }
  | { readonly type: 'backreference'; readonly to: number | string }
  /** One character of these ranges; without a range, no character. */
  | { readonly type: 'characters'; readonly ranges: readonly Range[] }
  /** Anchors and negative look-arounds. */
  | { readonly type: 'nothing' };

/**
 * Parses the source of a regular expression, with the extensions of Annex B that browsers and Node have. Returns null
 * if it cannot be understood. A positive look-behind, and a positive look-ahead at the end of the pattern, are read as
 * the text that they ask for. Other look-arounds and anchors are assumed to hold. Sets of strings (flag v) are
 * approximated.
 */
export function parsePattern(source: string, flags: string): PatternNode | null {
  const mode = { unicode: flags.includes('u'), unicodeSets: flags.includes('v') };
  try {
    const pattern = new RegExpParser().parsePattern(source, 0, source.length, mode);
    return new PatternReader(source, flags, groupNumbers(pattern)).alternatives(pattern.alternatives);
  } catch (error) {
    // A property that this engine does not know is a SyntaxError; nesting deeper than the stack is a RangeError.
    if (error instanceof RegExpSyntaxError || error instanceof SyntaxError || error instanceof RangeError) return null;
    throw error;
  }
}

const NOTHING: PatternNode = { type: 'nothing' };
const LINE_ENDS: readonly Range[] = [
  [10, 10],
  [13, 13],
  [0x2028, 0x2029],
];

/** From 1, in the order of their opening brackets; those inside of look-arounds count, too. */
function groupNumbers(pattern: AST.Pattern): ReadonlyMap<AST.CapturingGroup, number> {
  const numbers = new Map<AST.CapturingGroup, number>();
  visitRegExpAST(pattern, { onCapturingGroupEnter: (group) => void numbers.set(group, numbers.size + 1) });
  return numbers;
}

/** Turns the tree of regexpp into ours, which keeps only what a sample needs. */
class PatternReader {
  constructor(
    private readonly source: string,
    private readonly flags: string,
    private readonly groups: ReadonlyMap<AST.CapturingGroup, number>,
  ) {}

  alternatives(alternatives: readonly AST.Alternative[]): PatternNode {
    const options = alternatives.map(({ elements }): PatternNode => {
      const parts = elements.map((element) => this.#element(element));
      return parts.length === 1 ? parts[0]! : { type: 'sequence', parts };
    });
    return options.length === 1 ? options[0]! : { type: 'alternatives', options };
  }

  #element(node: AST.Element): PatternNode {
    switch (node.type) {
      case 'Group':
        return this.alternatives(node.alternatives);
      case 'CapturingGroup': {
        const body = this.alternatives(node.alternatives);
        return { type: 'group', body, index: this.groups.get(node)!, name: node.name };
      }
      case 'Quantifier':
        return { type: 'repeat', body: this.#element(node.element), min: node.min, max: node.max };
      case 'Backreference':
        return { type: 'backreference', to: node.ref };
      case 'Assertion':
        return this.#assertion(node);
      default:
        return { type: 'characters', ranges: this.#ranges(node) };
    }
  }

  #assertion(node: AST.Assertion): PatternNode {
    if ((node.kind !== 'lookahead' && node.kind !== 'lookbehind') || node.negate) return NOTHING;
    // The text of a look-ahead must follow. If the pattern goes on, hopefully its rest describes that text.
    const isLast = /^[)$]*$/.test(this.source.slice(node.end));
    return isLast || node.kind === 'lookbehind' ? this.alternatives(node.alternatives) : NOTHING;
  }

  #ranges(node: CharacterNode): readonly Range[] {
    switch (node.type) {
      case 'Character':
        return [[node.value, node.value]];
      case 'CharacterClassRange':
        return [[node.min.value, node.max.value]];
      case 'CharacterSet':
        if (node.kind !== 'any') return classEscape(node.raw, this.flags);
        return this.flags.includes('s') ? ANY : without(ANY, LINE_ENDS);
      case 'CharacterClass': {
        const ranges = node.elements.flatMap((element) => this.#ranges(element));
        return node.negate ? this.#inverse(ranges) : ranges;
      }
      case 'ExpressionCharacterClass': {
        const ranges = this.#ranges(node.expression);
        return node.negate ? this.#inverse(ranges) : ranges;
      }
      case 'ClassIntersection':
        return intersection(this.#ranges(node.left), this.#ranges(node.right));
      case 'ClassSubtraction':
        return without(this.#ranges(node.left), this.#ranges(node.right));
      case 'ClassStringDisjunction':
        return node.alternatives
          .filter(({ elements }) => elements.length === 1)
          .flatMap(({ elements }) => this.#ranges(elements[0]!));
    }
  }

  /** In /i, `[^a]` does not match `A` either. */
  #inverse(ranges: readonly Range[]): readonly Range[] {
    return inverse(this.flags.includes('i') ? caseless(ranges) : ranges);
  }
}

/** The syntax of one character, alone or in a class. */
type CharacterNode =
  | AST.CharacterClassElement
  | AST.CharacterSet
  | AST.CharacterClass
  | AST.ClassIntersection
  | AST.ClassSubtraction;
