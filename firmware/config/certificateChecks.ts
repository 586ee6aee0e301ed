import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { CheckProblem } from './checks.js';
import type { ChargePointConfig } from './config.js';
import type { Path } from './schemaWalk.js';

/** What the certificate checks ask the disk; null for what is not there or may not be read (checks.ts says so). */
export type ReadText = (file: string) => string | null;

export const readText: ReadText = (file) => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
};

const HINT = 'it must be PEM: text that begins with -----BEGIN; look with: openssl x509 -in FILE -noout -text';

function attempt<T>(make: () => T): T | null {
  try {
    return make();
  } catch {
    // OpenSSL's own words say nothing to a person who has the wrong file.
    return null;
  }
}

/** Files that are there but are no certificates or keys, and a key that is another certificate's. */
export function certificateProblems({ csms: { security } }: ChargePointConfig, read: ReadText): CheckProblem[] {
  const problems: CheckProblem[] = [];
  const section = (key: string): Path => ['csms', 'security', key];

  function certificate(path: Path, file: string | null): X509Certificate | null {
    const text = file === null ? null : read(file);
    if (text === null) return null;
    const found = attempt(() => new X509Certificate(text));
    if (found === null) problems.push({ path, message: `${file}: is no certificate`, hint: HINT });
    return found;
  }
  function privateKey(path: Path, file: string | null): KeyObject | null {
    const text = file === null ? null : read(file);
    if (text === null) return null;
    const found = attempt(() => createPrivateKey(text));
    if (found === null)
      problems.push({
        path,
        message: `${file}: is no private key`,
        hint: 'it must be an unencrypted PEM key; look with: openssl pkey -in FILE -noout',
      });
    return found;
  }

  certificate(section('rootCertificateFile'), security.rootCertificateFile);
  for (const key of ['csmsRootCertificates', 'manufacturerRootCertificates'] as const) {
    security[key].forEach((file, index) => {
      certificate([...section(key), index], file);
    });
  }
  const own = certificate(section('clientCertificateFile'), security.clientCertificateFile);
  const key = privateKey(section('clientKeyFile'), security.clientKeyFile);
  if (own !== null && key !== null && !own.checkPrivateKey(key))
    problems.push({
      path: section('clientKeyFile'),
      message: `${security.clientKeyFile}: is not the key of ${security.clientCertificateFile}`,
      hint: 'name the key that the certificate was made with',
    });
  return problems;
}
