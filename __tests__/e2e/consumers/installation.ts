import { execFile } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const REPOSITORY = path.join(__dirname, '..', '..', '..');
const FIXTURES = path.join(REPOSITORY, '__tests__', 'fixtures', 'consumers');

/** How a program ended, with all it printed. */
export interface Run {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * A folder outside of the repository in which the packed package is installed beside the peers that a fixture names.
 * Its sub folders are the projects of users: Node finds the installed packages one level up.
 */
export class Installation {
  private constructor(readonly root: string) {}

  /** Packs this checkout and installs it with the packages of `fixtures/consumers/<name>/package.json`. */
  static async create(name: string): Promise<Installation> {
    // The real path: Jest reports real paths, and the temporary folder of macOS is a link.
    const folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'fuzz-runner-consumers-')));
    const installation = new Installation(path.join(folder, 'root'));
    fs.mkdirSync(installation.root);
    fs.copyFileSync(path.join(FIXTURES, name, 'package.json'), path.join(installation.root, 'package.json'));
    const tarball = await pack(folder);
    await succeed(installation.root, 'npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', tarball]);
    return installation;
  }

  /** Copies the fixture to a project folder and returns the folder. */
  addProject(fixture: string): string {
    const folder = path.join(this.root, fixture);
    fs.cpSync(path.join(FIXTURES, fixture), folder, { recursive: true });
    return folder;
  }

  /** Runs a command of an installed package, as `npx` would. */
  command(name: string, args: readonly string[], folder: string, env: NodeJS.ProcessEnv = {}): Promise<Run> {
    return run(folder, path.join(this.root, 'node_modules', '.bin', name), args, env);
  }

  remove(): void {
    fs.rmSync(path.dirname(this.root), { recursive: true, force: true });
  }
}

/** Runs a program to its end, without what this Jest put into the environment. */
export function run(
  folder: string,
  program: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<Run> {
  const options = {
    cwd: folder,
    env: { ...outerEnvironment(), ...env },
    maxBuffer: 64 * 1024 * 1024,
    shell: process.platform === 'win32',
  };
  return new Promise((resolve, reject) => {
    execFile(program, args, options, (error, stdout, stderr) => {
      if (error !== null && typeof error.code !== 'number') reject(error);
      else resolve({ exitCode: (error?.code as number | undefined) ?? 0, stdout, stderr });
    });
  });
}

/** Packs what `npm publish` would, from a fresh build that leaves `dist` of the checkout alone. */
async function pack(folder: string): Promise<string> {
  const staged = path.join(folder, 'staged');
  fs.mkdirSync(staged);
  for (const file of ['package.json', 'README.md', 'CHANGELOG.md', 'LICENSE']) {
    if (fs.existsSync(path.join(REPOSITORY, file))) {
      fs.copyFileSync(path.join(REPOSITORY, file), path.join(staged, file));
    }
  }
  const tsc = path.join(REPOSITORY, 'node_modules', 'typescript', 'bin', 'tsc');
  const outDir = path.join(staged, 'dist');
  await succeed(REPOSITORY, process.execPath, [tsc, '-p', 'tsconfig.build.json', '--outDir', outDir]);
  const { stdout } = await succeed(staged, 'npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', folder]);
  const [{ filename }] = JSON.parse(stdout) as [{ filename: string }];
  return path.join(folder, filename);
}

async function succeed(folder: string, program: string, args: readonly string[]): Promise<Run> {
  const ended = await run(folder, program, args);
  if (ended.exitCode !== 0) {
    throw new Error(
      `Expected "${program} ${args.join(' ')}" to succeed but it exited with ${ended.exitCode}:\n${ended.stdout}\n${ended.stderr}`,
    );
  }
  return ended;
}

/** The environment of whoever started this Jest, as far as it can be told. */
function outerEnvironment(): NodeJS.ProcessEnv {
  const ours = /^(?:JEST_WORKER_ID|NODE_ENV|NODE_OPTIONS|FORCE_COLOR|FUZZ_.*)$/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !ours.test(name)));
}
