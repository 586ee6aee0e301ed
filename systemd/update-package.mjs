// Installs a signed update of the tapwatt package. Run as root by tapwatt-update.service when a file has appeared in
// /var/lib/tapwatt/update (install-firmware put it there, as the unprivileged charge point). Nothing of the charge point
// is believed: the file is copied to where only root can write, and installed only when one of the keys in
// /etc/tapwatt/update-keys has signed it, and it is a newer tapwatt for this architecture.
//
//   TAPWATT-UPDATE 1 BASE64-SIGNATURE\n  followed by the Debian package; made by scripts/package/sign-update.mjs
import { execFileSync } from 'node:child_process';
import { createPublicKey, verify } from 'node:crypto';
import { lstatSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const {
  SPOOL = '/var/lib/tapwatt/update',
  KEYS = '/etc/tapwatt/update-keys',
  CACHE = '/var/cache/tapwatt-update',
  RESULTS = '/run/tapwatt-update',
  DPKG = 'dpkg',
  DPKG_QUERY = 'dpkg-query',
} = process.env;
const MOST_BYTES = 200_000_000;
const OK = 0;
const FAILED = 1;
/** sysexits EX_DATAERR: the charge point reports InstallVerificationFailed. */
const REFUSED = 65;

class Refusal extends Error {}

const fields = (deb, ...names) =>
  names.map((name) => execFileSync('dpkg-deb', ['-f', deb, name], { encoding: 'utf8' }).trim());

/** The package in an update, when its signature holds. @throws Refusal */
export function openUpdate(bytes, keys) {
  const newline = bytes.subarray(0, 4096).indexOf(0x0a);
  const [magic, format, signature] = bytes.subarray(0, Math.max(newline, 0)).toString('latin1').split(' ');
  if (magic !== 'TAPWATT-UPDATE' || format !== '1' || signature === undefined)
    throw new Refusal('it is no tapwatt update: sign the package with scripts/package/sign-update.mjs');
  const deb = bytes.subarray(newline + 1);
  if (keys.length === 0) throw new Refusal(`there is no key in ${KEYS}`);
  if (!keys.some((key) => holds(key, deb, Buffer.from(signature, 'base64'))))
    throw new Refusal(`no key of ${KEYS} has signed it`);
  return deb;
}

function holds(key, content, signature) {
  const hash = ['ed25519', 'ed448'].includes(key.asymmetricKeyType) ? null : 'sha256';
  try {
    return verify(hash, content, key, signature);
  } catch {
    // OpenSSL throws for what cannot be a signature of this key.
    return false;
  }
}

/** @throws Refusal when it is not a newer tapwatt for this machine. */
function checkPackage(deb) {
  let found;
  try {
    found = fields(deb, 'Package', 'Architecture', 'Version');
  } catch {
    throw new Refusal('what was signed is no Debian package');
  }
  const [name, architecture, version] = found;
  if (name !== 'tapwatt') throw new Refusal(`it is the package ${name}`);
  const ours = execFileSync(DPKG, ['--print-architecture'], { encoding: 'utf8' }).trim();
  if (architecture !== ours) throw new Refusal(`it is for ${architecture}, this is ${ours}`);
  const [, installed = ''] = execFileSync(DPKG_QUERY, ['-W', 'tapwatt'], { encoding: 'utf8' }).trim().split('\t');
  try {
    execFileSync(DPKG, ['--compare-versions', version, 'gt', installed]);
  } catch {
    throw new Refusal(`it is ${version}, and ${installed} is installed`);
  }
  return version;
}

function install(path) {
  const keys = readdirSync(KEYS, { withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.pem'))
    .map(({ name }) => createPublicKey(readFileSync(join(KEYS, name))));
  const status = lstatSync(path);
  // A link could name any file of root.
  if (!status.isFile()) throw new Refusal('it is no plain file');
  if (status.size > MOST_BYTES) throw new Refusal(`it has ${status.size} bytes`);
  const deb = join(CACHE, 'tapwatt.deb');
  mkdirSync(CACHE, { recursive: true, mode: 0o700 });
  writeFileSync(deb, openUpdate(readFileSync(path), keys), { mode: 0o600 });
  const version = checkPackage(deb);
  console.log(`update-package: installs tapwatt ${version}`);
  execFileSync(DPKG, ['--force-confold', '-i', deb], {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
  rmSync(deb);
  return `tapwatt ${version} is installed`;
}

function tell(id, status, words) {
  console.log(`update-package: ${words}`);
  writeFileSync(join(RESULTS, 'result.part'), `${id} ${status} ${words}\n`, { mode: 0o644 });
  renameSync(join(RESULTS, 'result.part'), join(RESULTS, 'result'));
}

export function main() {
  for (const name of readdirSync(SPOOL).filter((entry) => entry.endsWith('.update'))) {
    const path = join(SPOOL, name);
    const id = name.slice(0, -'.update'.length).replaceAll(/[^0-9-]/g, '');
    try {
      tell(id, OK, install(path));
    } catch (error) {
      tell(id, error instanceof Refusal ? REFUSED : FAILED, error.message.split('\n')[0]);
    } finally {
      // Before the service ends: the path unit would start it again.
      rmSync(path, { force: true, recursive: true });
    }
  }
}

if (process.argv[1] === new URL(import.meta.url).pathname) main();
