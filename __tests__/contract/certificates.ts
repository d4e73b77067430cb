import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

/** Files in PEM format: who signs, and a certificate for 127.0.0.1 signed by it. */
export interface TestCertificates {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

/** Made anew with openssl, valid for a day. */
export function makeCertificates(directory: string): TestCertificates {
  const file = (name: string): string => path.join(directory, name);
  const openssl = (...args: readonly string[]): void => void execFileSync('openssl', args, { stdio: 'pipe' });
  fs.mkdirSync(directory, { recursive: true });
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const [ca, caKey, request] = [file('ca.pem'), file('ca.key'), file('server.csr')];
  openssl('req', '-x509', ...newKey, '-keyout', caKey, '-out', ca, '-subj', '/CN=nobody knows it', '-days', '1');
  const made = { ca, cert: file('server.pem'), key: file('server.key') };
  openssl('req', ...newKey, '-keyout', made.key, '-out', request, '-subj', '/CN=redis.example.org');
  fs.writeFileSync(file('names'), 'subjectAltName=IP:127.0.0.1');
  const signed = ['-CA', ca, '-CAkey', caKey, '-CAcreateserial', '-days', '1', '-extfile', file('names')];
  openssl('x509', '-req', '-in', request, ...signed, '-out', made.cert);
  return made;
}

/** For `startRedis`: the server takes TLS on this port. */
export function tlsSettings(port: number, { ca, cert, key }: TestCertificates, asksClients = false): string[] {
  const files = ['--tls-cert-file', cert, '--tls-key-file', key, '--tls-ca-cert-file', ca];
  return ['--tls-port', String(port), ...files, '--tls-auth-clients', asksClients ? 'yes' : 'no'];
}
