import fs from 'node:fs';
import path from 'node:path';
import type { Database } from '../../base/database';
import { DatabaseError, messageOf } from '../../base/databaseError';
import { MARKER, prepareDirectory } from '../../base/directory';
import { openFolderDatabase } from '../folder/folder';
import { openLmdbDatabase } from '../lmdb/lmdb';
import { readOnly } from '../readOnly';
import { readZip } from './zip';

export interface ArtifactOptions {
  /** Database directory on this machine: downloaded artifacts are kept there. */
  readonly directory: string;
  /** Needed for artifacts of private repositories. GitHub itself wants a token for every download. */
  readonly token?: string;
  /** Milliseconds for each answer of the server; 60,000 if absent. */
  readonly timeoutMs?: number;
  readonly onNotice?: (message: string) => void;
}

/** The fields that are read of an artifact in the list of the server. */
interface Artifact {
  readonly id: number;
  readonly name: string;
  readonly archive_download_url: string;
  readonly expired: boolean;
  readonly created_at: string;
}

/**
 * Reads the newest artifact of one name that a workflow of GitHub Actions uploaded: `github:owner/repository/name`, on
 * another server with `?api=https://host/api/v3`. The artifact holds an LMDB or a `dir:` database. It is downloaded
 * once. If that fails, the artifact that was downloaded last is read, and a notice says so.
 */
export async function openArtifactDatabase(url: string, options: ArtifactOptions): Promise<Database> {
  const place = parseUrl(url);
  const cache = path.join(options.directory, 'artifacts', `${place.owner}-${place.repository}-${place.name}`);
  prepareDirectory(options.directory);
  let folder: string;
  try {
    folder = await download(place, cache, options);
  } catch (error) {
    const kept = latest(cache);
    if (kept === null || !(error instanceof DatabaseError)) throw error;
    options.onNotice?.(`${error.message} The artifact that was downloaded before is read.`);
    folder = path.join(cache, kept);
  }
  const database = await openContents(folder, place);
  return { ...readOnly(database), url: place.shown };
}

interface Place {
  readonly shown: string;
  readonly api: string;
  readonly owner: string;
  readonly repository: string;
  readonly name: string;
}

function parseUrl(url: string): Place {
  const [, owner, repository, name, query = ''] =
    /^github:([\w.-]+)\/([\w.-]+)\/([\w. -]+)(?:\?(.*))?$/i.exec(url) ?? [];
  if (owner === undefined || repository === undefined || name === undefined) {
    throw new DatabaseError(
      'unknown-scheme',
      `Expected an artifact like "github:owner/repository/name" but received ${JSON.stringify(url)}.`,
    );
  }
  const api = (new URLSearchParams(query).get('api') ?? 'https://api.github.com').replace(/\/$/, '');
  if (!URL.canParse(api)) {
    throw new DatabaseError('unknown-scheme', `Expected "api" to be a URL but received ${JSON.stringify(api)}.`);
  }
  return { shown: `github:${owner}/${repository}/${name}`, api, owner, repository, name };
}

/** The folder of the newest artifact, downloaded if it is not there yet. */
async function download(place: Place, cache: string, options: ArtifactOptions): Promise<string> {
  const { api, owner, repository, name } = place;
  const query = new URLSearchParams({ name, per_page: '100' });
  const found = await ask(`${api}/repos/${owner}/${repository}/actions/artifacts?${query}`, place, options);
  const list = (await found.json().catch(() => null)) as { readonly artifacts?: unknown } | null;
  if (!Array.isArray(list?.artifacts)) throw problem('foreign', place, 'it did not answer with a list of artifacts');
  const artifacts = (list.artifacts as readonly Artifact[]).filter((one) => one.name === name && !one.expired);
  const [newest] = artifacts.sort((a, b) => (a.created_at < b.created_at ? 1 : -1));
  if (newest === undefined || !Number.isSafeInteger(newest.id)) {
    throw problem('missing', place, 'there is no such artifact, or it has expired');
  }
  const folder = path.join(cache, String(newest.id));
  if (fs.existsSync(folder)) return folder;
  // The token is sent only to the server of the API. That server redirects to another one, and `fetch` does not send
  // the token there.
  if (new URL(newest.archive_download_url).origin !== new URL(api).origin) {
    throw problem('foreign', place, `it names another server for the download (${newest.archive_download_url})`);
  }
  const archive = await ask(newest.archive_download_url, place, options);
  const bytes = Buffer.from(
    await archive.arrayBuffer().catch((error: unknown) => {
      throw problem('unavailable', place, messageOf(error));
    }),
  );
  unpackTo(folder, bytes, place);
  // The earlier artifacts are not needed any more.
  for (const old of fs.readdirSync(cache)) {
    if (old !== String(newest.id)) fs.rmSync(path.join(cache, old), { recursive: true, force: true });
  }
  return folder;
}

/** Unpacks all files of the archive, or none. */
function unpackTo(folder: string, archive: Buffer, place: Place): void {
  const temporary = `${folder}.${process.pid}.tmp`;
  try {
    for (const entry of readZip(archive)) {
      const file = path.join(temporary, entry.name);
      fs.mkdirSync(path.dirname(file), { recursive: true });
      fs.writeFileSync(file, entry.read());
    }
    fs.mkdirSync(temporary, { recursive: true });
    fs.renameSync(temporary, folder);
  } catch (error) {
    fs.rmSync(temporary, { recursive: true, force: true });
    // Another process was quicker.
    if (fs.existsSync(folder)) return;
    throw problem('damaged', place, `the archive cannot be unpacked: ${messageOf(error)}`);
  }
}

async function openContents(folder: string, place: Place): Promise<Database> {
  const files = fs.readdirSync(folder, { recursive: true }).map(String);
  const lmdb = files.find((file) => path.basename(file) === 'data.mdb');
  const marker = files.find((file) => path.basename(file) === MARKER);
  if (lmdb !== undefined) {
    const directory = path.join(folder, path.dirname(lmdb));
    // The marker is missing when only the data file was uploaded.
    if (!fs.existsSync(path.join(directory, MARKER))) {
      fs.writeFileSync(path.join(directory, MARKER), `${JSON.stringify({ format: 1 })}\n`);
    }
    return openLmdbDatabase(directory, { readOnly: true });
  }
  if (marker === undefined) throw problem('foreign', place, 'there is no database of fuzz-runner in it');
  return openFolderDatabase(path.join(folder, path.dirname(marker)), { readOnly: true });
}

async function ask(url: string, place: Place, options: ArtifactOptions): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url, {
      headers: {
        Accept: 'application/vnd.github+json',
        'X-GitHub-Api-Version': '2022-11-28',
        'User-Agent': 'fuzz-runner',
        ...(options.token === undefined ? {} : { Authorization: `Bearer ${options.token}` }),
      },
      signal: AbortSignal.timeout(options.timeoutMs ?? 60_000),
    });
  } catch (error) {
    throw problem('unavailable', place, messageOf((error as { cause?: unknown }).cause ?? error), error);
  }
  if (response.ok) return response;
  const text = (await response.text().catch(() => '')).slice(0, 200);
  const isRefused = response.status === 401 || response.status === 403 || response.status === 404;
  const advice = isRefused ? '; set GITHUB_TOKEN to a token that may read Actions of the repository' : '';
  throw problem(isRefused ? 'refused' : 'unavailable', place, `it answered ${response.status} ${text}${advice}`);
}

function problem(
  code: 'foreign' | 'missing' | 'unavailable' | 'refused' | 'damaged',
  { shown, api }: Place,
  reason: string,
  cause?: unknown,
): DatabaseError {
  return new DatabaseError(code, `The artifact ${shown} of ${api} cannot be read: ${reason}.`, { cause });
}

/** The newest artifact that was downloaded: a later artifact has a higher id. */
function latest(cache: string): string | null {
  if (!fs.existsSync(cache)) return null;
  const ids = fs.readdirSync(cache).filter((name) => /^\d+$/.test(name));
  return ids.sort((a, b) => Number(b) - Number(a))[0] ?? null;
}
