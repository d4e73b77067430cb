import { existsSync } from 'node:fs';
import path from 'node:path';
import express, { type Express, type NextFunction, type Request, type Response } from 'express';
import helmet from 'helmet';
import type { Snapshot } from '../../src/protocol/sockets';
import { addDatabaseRoutes, type DatabaseSource } from './databaseRoutes';
import { guardedRequest, tokenCookie } from './credentials';
import { guard, type GuardConfig, type Verdict } from './guard';

export interface RouteOptions {
  readonly guardConfig: GuardConfig;
  /** To be called only after the server listens. */
  readonly port: () => number;
  readonly snapshot: () => Snapshot;
  /** The database for other processes that read it over HTTP; null = they cannot read it. */
  readonly database: DatabaseSource | null;
  /** Folder of the built page. */
  readonly webRoot: string;
}

/**
 * The headers of every answer, including the answers of socket.io, which handles its path before Express does. With
 * these headers, the browser runs neither inline code nor code from other servers in the page. Trusted types make the
 * browser refuse `innerHTML` and similar calls, because the page shows texts that a fuzzer made.
 */
export function securityHeaders(): ReturnType<typeof helmet> {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        'default-src': ["'self'"],
        'img-src': ["'self'", 'data:'],
        'object-src': ["'none'"],
        'base-uri': ["'none'"],
        'frame-ancestors': ["'none'"],
        'form-action': ["'none'"],
        'require-trusted-types-for': ["'script'"],
        'trusted-types': ["'none'"],
      },
    },
    referrerPolicy: { policy: 'no-referrer' },
    // We speak plain HTTP; a browser that remembers HSTS for localhost would lock the user out of other servers.
    strictTransportSecurity: false,
  });
}

export function createApp(options: RouteOptions): Express {
  const app = express();
  app.disable('x-powered-by');
  app.set('etag', false);
  app.use(securityHeaders());
  app.use((request, response, next) => admit(request, response, next, options));
  app.get('/api/health', (_request, response) => {
    const { protocol, version, standalone } = options.snapshot();
    noStore(response).json({ ok: true, protocol, version, standalone });
  });
  app.get('/api/snapshot', (_request, response) => {
    noStore(response).json(options.snapshot());
  });
  if (options.database !== null) addDatabaseRoutes(app, options.database);
  app.get('/', (_request, response, next) => {
    if (existsSync(path.join(options.webRoot, 'index.html'))) next();
    else
      noStore(response).status(503).type('text').send('The page is not built. Run `npm run build` in fuzz-runner.\n');
  });
  app.use(express.static(options.webRoot, { setHeaders: setCaching, dotfiles: 'ignore', redirect: false }));
  app.use((_request, response) => {
    noStore(response).status(404).type('text').send('Not found.\n');
  });
  return app;
}

/** Applies the guard. If the URL has the token, the answer sets a cookie and redirects to the URL without the token. */
function admit(request: Request, response: Response, next: NextFunction, options: RouteOptions): void {
  const url = new URL(request.url, 'http://localhost');
  const printed = request.method === 'GET' ? url.searchParams.get('token') : null;
  const port = options.port();
  const shown = guardedRequest(request.headers, port);
  const verdict = guard(printed === null ? shown : { ...shown, token: printed }, options.guardConfig);
  if (verdict !== 0) {
    refuse(response, verdict);
  } else if (printed === null) {
    next();
  } else {
    url.searchParams.delete('token');
    // Only path and query, and never "//host", so that the answer cannot send the browser to another server.
    const clean = `/${url.pathname.replace(/^\/+/, '')}${url.search}`;
    noStore(response).setHeader('Set-Cookie', tokenCookie(port, options.guardConfig.token)).redirect(302, clean);
  }
}

const REFUSALS: Record<Exclude<Verdict, 0>, string> = {
  401: 'fuzz-runner: open the URL that was printed in the terminal. It has the token that this page needs.',
  403: 'fuzz-runner: requests from other sites are refused.',
  421: 'fuzz-runner: this host name is not allowed. Open the URL that was printed in the terminal, or name the host in --allowed-hosts.',
};

function refuse(response: Response, verdict: Exclude<Verdict, 0>): void {
  noStore(response).status(verdict).type('text').send(`${REFUSALS[verdict]}\n`);
}

function setCaching(response: { setHeader(name: string, value: string): unknown }, file: string): void {
  // Built files have a hash of their content in their name. The page that names them must not be cached.
  const isHashed = path.basename(path.dirname(file)) === 'assets';
  response.setHeader('Cache-Control', isHashed ? 'private, max-age=31536000, immutable' : 'no-store');
}

function noStore(response: Response): Response {
  return response.setHeader('Cache-Control', 'no-store');
}
