import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** PEM of a certificate and of its private key, and where they stand. */
export interface KeyPair {
  cert: string;
  key: string;
  certFile: string;
  keyFile: string;
}

/** A CertificateHashDataType with SHA256 (white paper §6.1). */
export interface CertificateHash {
  hashAlgorithm: 'SHA256';
  issuerNameHash: string;
  issuerKeyHash: string;
  serialNumber: string;
}

/**
 * A certificate authority made by the openssl command: what is under test uses other code. P-256 keys.
 * @throws Error when there is no openssl command
 */
export interface CertificateAuthority {
  readonly root: KeyPair;
  /** A server certificate for 127.0.0.1. */
  issueServer(): KeyPair;
  issueClient(subject: string): KeyPair;
  issueSigner(subject: string): KeyPair;
  /** A further self-issued root; signed by this authority's root when `signed`. */
  issueRoot(commonName: string, signed: boolean): KeyPair;
  /** A certificate for a PEM CSR: what the central system's CA does after SignCertificate. */
  sign(csr: string): string;
  /** Base64 of the signature over `content` (SHA-256, as `openssl dgst -sign` gives it). */
  signFile(content: Buffer, signer: KeyPair): string;
  /** Removes the working directory. */
  dispose(): void;
}

export function createCertificateAuthority(name = 'Test Root'): CertificateAuthority {
  const directory = mkdtempSync(join(tmpdir(), 'tapwatt-ca-'));
  const path = (file: string): string => join(directory, file);
  const run = (...args: string[]): Buffer =>
    execFileSync('openssl', args, { cwd: directory, stdio: ['ignore', 'pipe', 'ignore'] });
  const pairOf = (base: string): KeyPair => ({
    cert: readFileSync(path(`${base}.crt`), 'utf8'),
    key: readFileSync(path(`${base}.key`), 'utf8'),
    certFile: path(`${base}.crt`),
    keyFile: path(`${base}.key`),
  });
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  let serial = 0;
  const next = (kind: string): string => {
    serial += 1;
    return `${kind}-${serial}`;
  };
  const selfSigned = (base: string, commonName: string): KeyPair => {
    run(
      ...['req', '-x509', ...newKey, '-days', '30', '-subj', `/O=Tapwatt tests/CN=${commonName}`],
      ...['-addext', 'basicConstraints=critical,CA:TRUE', '-addext', 'keyUsage=critical,keyCertSign,cRLSign'],
      ...['-keyout', `${base}.key`, '-out', `${base}.crt`],
    );
    return pairOf(base);
  };
  const root = selfSigned('root', name);
  const signRequest = (base: string, extensions: string): void => {
    writeFileSync(path(`${base}.ext`), extensions);
    run(
      ...['x509', '-req', '-in', `${base}.csr`, '-CA', 'root.crt', '-CAkey', 'root.key', '-days', '20', '-sha256'],
      ...['-set_serial', `0x${Buffer.from(`${name}${base}`).toString('hex').slice(-24)}`],
      ...['-extfile', `${base}.ext`, '-out', `${base}.crt`],
    );
  };
  const issue = (base: string, subject: string, extensions: string): KeyPair => {
    run('req', ...newKey, '-keyout', `${base}.key`, '-out', `${base}.csr`, '-subj', subject);
    signRequest(base, extensions);
    return pairOf(base);
  };
  return {
    root,
    issueServer: () =>
      issue(
        next('server'),
        '/O=Tapwatt tests/CN=127.0.0.1',
        'subjectAltName=IP:127.0.0.1\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=serverAuth\n',
      ),
    issueClient: (subject) =>
      issue(next('client'), subject, 'keyUsage=critical,digitalSignature\nextendedKeyUsage=clientAuth\n'),
    issueSigner: (subject) => issue(next('signer'), subject, 'keyUsage=critical,digitalSignature\n'),
    issueRoot(commonName, signed) {
      const base = next('root');
      if (!signed) return selfSigned(base, commonName);
      return issue(
        base,
        `/O=Tapwatt tests/CN=${commonName}`,
        'basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\n',
      );
    },
    sign(csr) {
      const base = next('signed');
      writeFileSync(path(`${base}.csr`), csr);
      signRequest(base, 'keyUsage=critical,digitalSignature\nextendedKeyUsage=clientAuth\n');
      return readFileSync(path(`${base}.crt`), 'utf8');
    },
    signFile(content, signer) {
      const file = path(next('content'));
      writeFileSync(file, content);
      return run('dgst', '-sha256', '-sign', signer.keyFile, file).toString('base64');
    },
    dispose: () => rmSync(directory, { recursive: true, force: true }),
  };
}

/** What `openssl ocsp` says of a self-signed certificate. */
export function hashOf(certificate: KeyPair): CertificateHash {
  const text = execFileSync(
    'openssl',
    ['ocsp', '-sha256', '-issuer', certificate.certFile, '-cert', certificate.certFile, '-req_text', '-no_nonce'],
    { stdio: ['ignore', 'pipe', 'ignore'] },
  ).toString();
  const field = (label: string): string => new RegExp(`${label}: ([0-9A-Fa-f]+)`).exec(text)?.[1] ?? '';
  return {
    hashAlgorithm: 'SHA256',
    issuerNameHash: field('Issuer Name Hash').toLowerCase(),
    issuerKeyHash: field('Issuer Key Hash').toLowerCase(),
    serialNumber: field('Serial Number').toLowerCase(),
  };
}

/** Subject of a PEM CSR whose signature holds, in one line. @throws Error when openssl cannot read or verify it */
export function subjectOfRequest(csr: string): string {
  const options = { input: csr, stdio: ['pipe' as const, 'pipe' as const, 'pipe' as const] };
  execFileSync('openssl', ['req', '-verify', '-noout'], options);
  return execFileSync('openssl', ['req', '-noout', '-subject', '-nameopt', 'RFC2253'], options).toString().trim();
}
