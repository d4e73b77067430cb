import { OPTION_SPECS } from '../../../src/protocol/options';
import { divideCommandLine, type CommandPart, type FlagShape } from './commandLine';

/** A parsed command line. */
export interface Command {
  readonly action: 'fuzz' | 'dashboard' | 'patch' | 'promote' | 'help' | 'version';
  /** Our flags as environment variables, which the runner and the reporter read. */
  readonly variables: Readonly<Record<string, string>>;
  /** All other arguments, in order: they are Jest's. */
  readonly jestArguments: readonly string[];
  /** The flags of `patch` and `promote`; missing for other actions. */
  readonly selection?: PatchSelection;
}

interface PatchSelection {
  failure: string | null;
  isMinimalCovering: boolean;
  output: string | null;
}

/** Separates our flags from Jest's arguments. Throws an Error for a flag without its value. */
export function parseCommand(words: readonly string[]): Command {
  const variables: Record<string, string> = {};
  const jestArguments: string[] = [];
  const action = ACTIONS.find((candidate) => candidate === words[0]) ?? 'fuzz';
  const selection: PatchSelection = { failure: null, isMinimalCovering: false, output: null };
  const selecting = SELECTION_FLAGS.filter(({ actions }) => actions.some((candidate) => candidate === action));
  const given = action === 'fuzz' ? words : words.slice(1);
  for (const part of divideCommandLine(given, [...selecting, ...OPTION_FLAGS])) {
    const [word] = part.words;
    if (word === '--help' || word === '-h') return { action: 'help', variables, jestArguments };
    if (word === '--version' || word === '-v') return { action: 'version', variables, jestArguments };
    const spec = OPTION_SPECS.find(({ flag }) => flag === part.flag);
    if (selecting.some(({ flag }) => flag === part.flag)) select(selection, part);
    else if (spec === undefined) jestArguments.push(...part.words);
    else if (spec.argument !== 'value') variables[spec.variable] = part.value ?? spec.argument;
    else if (part.value === undefined) throw new Error(`${spec.flag} needs a value: ${spec.help}.`);
    else variables[spec.variable] = part.value;
  }
  if (action !== 'fuzz' && jestArguments.length > 0) {
    throw new Error(`fuzz-runner ${action} does not know ${jestArguments.join(' ')}. See fuzz-runner --help.`);
  }
  return { action, variables, jestArguments, ...(selecting.length > 0 ? { selection } : {}) };
}

const ACTIONS = ['dashboard', 'patch', 'promote'] as const;

const OPTION_FLAGS: readonly FlagShape[] = OPTION_SPECS.map(({ flag, argument }) => ({
  flag,
  hasValue: argument === 'value',
}));

const SELECTION_FLAGS: readonly (FlagShape & { readonly actions: readonly Command['action'][] })[] = [
  { flag: '--all', hasValue: false, actions: ['patch', 'promote'] },
  { flag: '--minimal-covering', hasValue: false, actions: ['patch', 'promote'] },
  { flag: '--failure', hasValue: true, actions: ['patch', 'promote'] },
  { flag: '--output', hasValue: true, actions: ['patch'] },
];

function select(selection: PatchSelection, { flag, value }: CommandPart): void {
  if (flag === '--minimal-covering' || flag === '--all') {
    selection.isMinimalCovering = flag === '--minimal-covering';
    return;
  }
  if (value === undefined) throw new Error(`${flag} needs a value. See fuzz-runner --help.`);
  selection[flag === '--failure' ? 'failure' : 'output'] = value;
}
