import fs from 'node:fs';
import path from 'node:path';
import { readSavedFailures } from '../../../src/database/journal/savedFailures';
import type { JsonReport } from '../../../src/protocol/report';
import { run, type Installation, type Run } from './installation';

/** One way to use Jest: a project in which fuzzing finds a bug that 100 random inputs do not. */
export interface Consumer {
  /** Folder of the project in `fixtures/consumers`. */
  readonly fixture: string;
  /** The file with the bug. */
  readonly source: string;
  readonly test: string;
  /** Text of the condition that must never hold: without it the bug is fixed. */
  readonly condition: string;
  /** Text of the line that throws. */
  readonly throws: string;
  /** The minimal input, as fast-check prints it. */
  readonly input: string;
  /** Options of Node that the project needs, for every command. */
  readonly nodeOptions?: string;
}

/** What an ordinary run of Jest came to. */
export interface JestRun {
  readonly success: boolean;
  /** What Jest says of the failures, as in the terminal. */
  readonly text: string;
}

/** A user's project, and what a user does in it. */
export class Project {
  private readonly folder: string;

  constructor(
    private readonly installation: Installation,
    private readonly consumer: Consumer,
  ) {
    this.folder = installation.addProject(consumer.fixture);
  }

  /** Line of the source as the user wrote it, from 1, that throws. */
  get throwingLine(): number {
    const lines = fs.readFileSync(this.source, 'utf8').split('\n');
    return lines.findIndex((line) => line.includes(this.consumer.throws)) + 1;
  }

  /** Runs `fuzz-runner`. Throws when it does not exit with the expected code. */
  async fuzz(args: readonly string[], exitCode: number): Promise<{ report: JsonReport; output: string }> {
    const words = [...args, '--no-dashboard', '--seed', '1', '--report', 'report.json'];
    const ended = await this.installation.command('fuzz-runner', words, this.folder, this.env);
    const output = textOf(ended);
    if (ended.exitCode !== exitCode) {
      throw new Error(`Expected fuzz-runner to exit with ${exitCode} but it exited with ${ended.exitCode}:\n${output}`);
    }
    const report = JSON.parse(fs.readFileSync(path.join(this.folder, 'report.json'), 'utf8')) as JsonReport;
    return { report, output };
  }

  /** Runs Jest itself, which knows of fuzz-runner only by the setup file or the preset. */
  async jest(): Promise<JestRun> {
    return jestRun(await this.installation.command('jest', ['--json'], this.folder, this.env));
  }

  /** Runs the command that was printed to replay a failure, in a shell as a user would. */
  async replay(output: string): Promise<JestRun> {
    const [, variable, command] = /^ *replay (FUZZ_REPLAY=\S+) npx jest (.*)$/m.exec(output) ?? [];
    if (command === undefined) throw new Error(`Expected a line "replay FUZZ_REPLAY=… npx jest …" in:\n${output}`);
    const jest = path.join(this.installation.root, 'node_modules', '.bin', 'jest');
    return jestRun(await run(this.folder, 'sh', ['-c', `${variable} "${jest}" --json ${command}`], this.env));
  }

  /** Ids of the failures that the next ordinary run would replay. */
  saved(): string[] {
    const { failures, warning } = readSavedFailures(path.join(this.folder, '.fuzz-runner'), this.consumer.test);
    if (warning !== null) throw new Error(warning);
    return failures.map((failure) => failure.id);
  }

  fix(): void {
    const code = fs.readFileSync(this.source, 'utf8');
    const fixed = code.replace(this.consumer.condition, 'false');
    if (fixed === code) throw new Error(`Expected ${this.source} to contain ${this.consumer.condition}.`);
    fs.writeFileSync(this.source, fixed);
  }

  private get source(): string {
    return path.join(this.folder, this.consumer.source);
  }

  private get env(): NodeJS.ProcessEnv {
    const { nodeOptions } = this.consumer;
    return nodeOptions === undefined ? {} : { NODE_OPTIONS: nodeOptions };
  }
}

function jestRun(ended: Run): JestRun {
  try {
    const result = JSON.parse(ended.stdout) as { success: boolean; testResults: readonly { message: string }[] };
    return { success: result.success, text: result.testResults.map(({ message }) => message).join('\n') };
  } catch (error) {
    throw new Error(`Expected the JSON of Jest but received:\n${textOf(ended)}`, { cause: error });
  }
}

function textOf({ stdout, stderr }: Run): string {
  return `${stdout}\n${stderr}`;
}
