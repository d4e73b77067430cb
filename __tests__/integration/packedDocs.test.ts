import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, jest, test } from '@jest/globals';

jest.setTimeout(60_000);

const ROOT = path.resolve(__dirname, '../..');

test('every link between Markdown files of the package leads to a file and a heading in the package', () => {
  const files = packedFiles();
  const pages = files.filter((file) => file.endsWith('.md'));
  expect(pages).toEqual(expect.arrayContaining(['README.md', 'docs/databases.md', 'examples/README.md']));
  const read = (file: string): string => readFileSync(path.join(ROOT, file), 'utf8');
  expect(deadLinks(files, read)).toEqual([]);
});

test('what examples leave behind is not in the package', () => {
  expect(packedFiles().filter((file) => /node_modules|\.fuzz-runner|package-lock/.test(file))).toEqual([]);
});

test('a link to a missing file or heading is dead, one in code is no link', () => {
  const pages: Record<string, string> = {
    'README.md': [
      '# The name',
      '[here](#the-name), [there](docs/a.md#two-words-1), [site](https://example.org/none)',
      '[gone](docs/b.md), [no heading](docs/a.md#three), [not here](#two-words)',
      '`[code](none.md)`',
      '```',
      '[block](none.md)',
      '```',
      '![picture](none.png) [by name][other]',
      '',
      '[other]: ./none.md',
    ].join('\n'),
    'docs/a.md': '# `Two` words!\n\n## Two words\n\n[back](../README.md) [up](../../README.md) [folder](../docs)\n',
  };
  expect(deadLinks(Object.keys(pages), (file) => pages[file]!)).toEqual([
    'README.md: docs/b.md',
    'README.md: docs/a.md#three',
    'README.md: #two-words',
    'README.md: none.png',
    'README.md: ./none.md',
    'docs/a.md: ../../README.md',
    'docs/a.md: ../docs',
  ]);
});

/** Paths in the package, as npm lists them. */
function packedFiles(): string[] {
  const printed = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    cwd: ROOT,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    // On Windows, npm is a script of the shell.
    shell: process.platform === 'win32',
  });
  const [packed] = JSON.parse(printed) as { files: { path: string }[] }[];
  return packed!.files.map((file) => file.path);
}

/** Links of Markdown files that lead to no file of `files`, or to no heading of one, as `file: link`. */
function deadLinks(files: readonly string[], read: (file: string) => string): string[] {
  const known = new Set(files);
  const dead: string[] = [];
  for (const file of files.filter((name) => name.endsWith('.md'))) {
    for (const link of linksIn(read(file))) {
      if (/^[a-z][a-z\d+.-]*:/i.test(link)) continue;
      const [target, anchor] = link.split('#');
      const goal = target === '' ? file : path.posix.join(path.posix.dirname(file), decodeURI(target!));
      const isAlive = known.has(goal) && (anchor === undefined || anchorsIn(read(goal)).has(anchor));
      if (!isAlive) dead.push(`${file}: ${link}`);
    }
  }
  return dead;
}

function linksIn(markdown: string): string[] {
  const text = withoutCode(markdown).replace(/`[^`\n]*`/g, '');
  const links = text.matchAll(/\]\(<?([^()\s>]+)>?(?:\s+"[^"]*")?\)|^\[[^\]]+\]:\s+<?([^\s>]+)/gm);
  return [...links].map(([, inline, named]) => (inline ?? named)!);
}

/** Anchors that GitHub makes of the headings: small letters, hyphens for spaces, a number for one that came before. */
function anchorsIn(markdown: string): Set<string> {
  const anchors = new Set<string>();
  for (const [, heading] of withoutCode(markdown).matchAll(/^#{1,6}\s+(.+?)\s*#*$/gm)) {
    const plain = heading!.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase();
    const slug = plain.replace(/[^\p{L}\p{N}\s_-]/gu, '').replace(/\s/g, '-');
    let anchor = slug;
    for (let count = 1; anchors.has(anchor); count += 1) anchor = `${slug}-${count}`;
    anchors.add(anchor);
  }
  return anchors;
}

/** The text without its blocks of code. */
function withoutCode(markdown: string): string {
  return markdown.replace(/^( *)(```+|~~~+)[^\n]*\n[\s\S]*?^ *\2[ \t]*$/gm, '');
}
