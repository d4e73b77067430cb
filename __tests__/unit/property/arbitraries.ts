import type * as fastCheck from 'fast-check';

type FastCheck = typeof fastCheck;
type Arbitrary = fastCheck.Arbitrary<unknown>;

/** Exports that are no arbitraries, or are covered under another name. */
const NOT_ARBITRARIES = new Set(
  (
    'property asyncProperty assert check sample statistics pre stringify asyncStringify defaultReportMessage ' +
    'asyncDefaultReportMessage configureGlobal readConfigureGlobal resetConfigureGlobal hash modelRun asyncModelRun ' +
    'scheduledModelRun cloneMethod cloneIfNeeded hasCloneMethod toStringMethod asyncToStringMethod ' +
    'hasToStringMethod hasAsyncToStringMethod getDepthContextFor createDepthIdentifier schedulerFor noBias ' +
    'PreconditionFailure Arbitrary Value Stream Random VerbosityLevel ExecutionStatus stream default __type ' +
    '__version __commitHash afterEach beforeEach ignoreEqualValues interruptAfterTimeLimit skipEqualValues timeout ' +
    'unbiased installGlobalPlugin resetGlobalPlugins readGlobalPlugins uninstallGlobalPlugin'
  ).split(' '),
);

/** Arguments for the exports that need some. */
function withArguments(fc: FastCheck): Record<string, () => Arbitrary> {
  // Names that are missing in some versions are only called when the version exports them.
  const any = fc as unknown as Record<string, (...args: readonly unknown[]) => Arbitrary>;
  const tree = (): Arbitrary =>
    fc.letrec((tie) => ({
      tree: fc.oneof({ depthSize: 'small' }, fc.nat(), tie('node')),
      node: fc.tuple(tie('tree'), tie('tree')),
    })).tree;
  return {
    array: () => fc.array(fc.nat()),
    bigIntN: () => any['bigIntN']!(64),
    bigUintN: () => any['bigUintN']!(64),
    chainUntil: () =>
      any['chainUntil']!(fc.nat(10), (value: number) =>
        value < 3 ? undefined : fc.array(fc.nat(value)).map((l) => l.length),
      ),
    clone: () => fc.clone(fc.array(fc.nat()), 3),
    commands: () => fc.commands([fc.nat(5).map((n) => command(n)), fc.constant(command(9))]),
    constant: () => fc.constant('a'),
    constantFrom: () => fc.constantFrom(1, 2, 3),
    dictionary: () => fc.dictionary(fc.string(), fc.nat()),
    entityGraph: () =>
      any['entityGraph']!({ node: { id: fc.nat() } }, { node: { linkTo: { arity: 'many', type: 'node' } } }),
    func: () => fc.func(fc.nat()),
    infiniteStream: () => fc.infiniteStream(fc.nat()),
    letrec: tree,
    limitShrink: () => any['limitShrink']!(fc.array(fc.nat()), 5),
    map: () => any['map']!(fc.string(), fc.nat()),
    mapToConstant: () => fc.mapToConstant({ num: 26, build: (v) => String.fromCharCode(v + 97) }),
    memo: () => {
      const node: (n?: number) => Arbitrary = fc.memo((n): Arbitrary => (n <= 1 ? fc.nat() : fc.tuple(node(), node())));
      return node(3);
    },
    mixedCase: () => fc.mixedCase(fc.string()),
    noShrink: () => any['noShrink']!(fc.nat()),
    option: () => fc.option(fc.nat()),
    oneof: () => fc.oneof(fc.nat(), fc.string(), fc.constant(null)),
    record: () => fc.record({ a: fc.nat(), b: fc.string() }, { requiredKeys: [] }),
    set: () => any['set']!(fc.nat()),
    shuffledSubarray: () => fc.shuffledSubarray([1, 2, 3, 4]),
    sparseArray: () => fc.sparseArray(fc.nat()),
    stringMatching: () => fc.stringMatching(/^[a-z]+(-[0-9]{2,3})*$/),
    stringOf: () => any['stringOf']!(fc.constantFrom('x', 'yy')),
    subarray: () => fc.subarray([1, 2, 3, 4]),
    tuple: () => fc.tuple(fc.nat(), fc.string(), fc.boolean()),
    uniqueArray: () => fc.uniqueArray(fc.nat(20)),
    uuidV: () => any['uuidV']!(4),
  };
}

/** One arbitrary for every exported function that makes one, and some compositions. */
export function arbitrariesOf(fc: FastCheck): readonly (readonly [string, Arbitrary])[] {
  const special = withArguments(fc);
  const exported = Object.entries(fc)
    .filter(([name, value]) => typeof value === 'function' && !NOT_ARBITRARIES.has(name))
    .map(([name, value]): [string, Arbitrary] => [name, (special[name] ?? (value as () => Arbitrary))()]);
  const composed: [string, Arbitrary][] = [
    ['.map', fc.nat().map((n) => `${n}`)],
    ['.filter', fc.nat().filter((n) => n % 3 !== 0)],
    ['.chain', fc.nat(20).chain((n) => fc.array(fc.nat(n + 1), { maxLength: n }))],
    ['array(string)', fc.array(fc.string())],
    ['integer(range)', fc.integer({ min: -70_000, max: 300 })],
    ['bigInt(range)', fc.bigInt(-5n, 1n << 70n)],
    ['double(noInteger)', fc.double({ min: -10, max: 1e6 })],
    [
      'anything(all)',
      fc.anything({ withBigInt: true, withDate: true, withMap: true, withSet: true, withTypedArray: true }),
    ],
    ['clone(array) mid-tuple', fc.tuple(fc.nat(), fc.clone(fc.array(fc.nat()), 2), fc.string())],
    ['clone(stream)', fc.clone(fc.infiniteStream(fc.nat()), 2)],
    ['clone in chain', fc.nat(3).chain((n) => fc.clone(fc.string({ minLength: n }), 2))],
    ['stream mid-tuple', fc.tuple(fc.infiniteStream(fc.nat()), fc.nat(), fc.infiniteStream(fc.string()))],
    ['func mid-tuple', fc.tuple(fc.nat(), fc.func(fc.string()), fc.nat())],
    ['oneof cross', fc.oneof({ withCrossShrink: true }, fc.constant(0), fc.infiniteStream(fc.nat()))],
  ];
  if ('gen' in fc) composed.push(['gen mid-tuple', fc.tuple(fc.nat(), fc.gen(), fc.string())]);
  return [...exported, ...composed];
}

function command(n: number): fastCheck.Command<{ count: number }, { count: number }> {
  return {
    check: (model) => model.count + n < 20,
    run: (model) => {
      model.count += n;
    },
    toString: () => `add(${n})`,
  };
}

/** Uses a generated value as a property would (drawing what is drawn lazily), and returns a text of what it saw. */
export async function observe(fc: FastCheck, value: unknown): Promise<string> {
  const seen: string[] = [];
  await visit(fc, value, seen, 0);
  return `${seen.join(' | ')} # ${fc.stringify(value)}`;
}

async function visit(fc: FastCheck, value: unknown, seen: string[], depth: number): Promise<void> {
  if (depth > 4) return;
  if (typeof value === 'function') {
    if ('values' in value) {
      const gen = value as unknown as (make: (...args: never[]) => unknown, ...args: unknown[]) => unknown;
      seen.push(fc.stringify([gen(fc.nat), gen(fc.string), gen(fc.array, fc.boolean())]));
    } else seen.push(fc.stringify((value as (...args: unknown[]) => unknown)(1, 'a')));
  } else if (typeof value === 'object' && value !== null) {
    if ('schedule' in value) await useScheduler(value as fastCheck.Scheduler, seen);
    else if ('take' in value && Symbol.iterator in value) {
      seen.push(fc.stringify([...(value as unknown as fastCheck.Stream<unknown>).take(5)]));
    } else if ('commands' in value) {
      const model = { count: 0 };
      fc.modelRun(() => ({ model, real: model }), value as unknown as Iterable<ReturnType<typeof command>>);
      seen.push(String(model.count));
    } else if (Array.isArray(value)) for (const item of value) await visit(fc, item, seen, depth + 1);
  }
}

async function useScheduler(scheduler: fastCheck.Scheduler, seen: string[]): Promise<void> {
  for (const name of ['a', 'b', 'c', 'd']) void note(scheduler.schedule(Promise.resolve(name)), seen);
  await scheduler.waitAll();
}

async function note(task: Promise<string>, seen: string[]): Promise<void> {
  seen.push(await task);
}
