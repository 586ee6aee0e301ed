import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** PEM of a certificate and its key. */
export interface KeyPair {
  cert: string;
  key: string;
}

export interface Certificates {
  root: KeyPair;
  /** Signed by the root, for the host names given. */
  issue(commonName: string, names: readonly string[], more?: { days?: number }): KeyPair;
  /** Removes the working directory. */
  dispose(): void;
}

/** Whether the openssl command is there; without it the TLS tests are skipped. */
export function hasOpenssl(): boolean {
  try {
    execFileSync('openssl', ['version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** A certificate authority for one test run, made by openssl. */
export function createCertificates(): Certificates {
  const directory = mkdtempSync(join(tmpdir(), 'tapwatt-tls-'));
  const openssl = (...args: string[]): void => {
    execFileSync('openssl', args, { cwd: directory, stdio: 'ignore' });
  };
  const read = (name: string): KeyPair => ({
    cert: readFileSync(join(directory, `${name}.crt`), 'utf8'),
    key: readFileSync(join(directory, `${name}.key`), 'utf8'),
  });
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  openssl(
    'req',
    '-x509',
    ...newKey,
    '-keyout',
    'root.key',
    '-out',
    'root.crt',
    '-days',
    '30',
    '-subj',
    '/CN=Test Root',
  );
  let serial = 0;
  return {
    root: read('root'),
    issue(commonName, names, { days = 30 } = {}) {
      serial += 1;
      const name = `issued-${serial}`;
      writeFileSync(join(directory, `${name}.ext`), `subjectAltName=${names.join(',')}\n`);
      openssl('req', ...newKey, '-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', `/CN=${commonName}`);
      const signing = ['-CA', 'root.crt', '-CAkey', 'root.key', '-set_serial', String(serial)];
      const out = ['-in', `${name}.csr`, '-out', `${name}.crt`, '-days', String(days), '-extfile', `${name}.ext`];
      openssl('x509', '-req', ...out, ...signing);
      return read(name);
    },
    dispose: () => rmSync(directory, { recursive: true, force: true }),
  };
}
