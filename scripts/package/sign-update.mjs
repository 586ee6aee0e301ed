// Signs a Debian package, so that a charge point installs it by OCPP (docs/operation.md, Updates from the central system):
//
//   node scripts/package/sign-update.mjs --key private.pem --out tapwatt_1.2.0_arm64.update tapwatt_1.2.0_arm64.deb
//
// A key: openssl genpkey -algorithm ed25519 -out private.pem && openssl pkey -in private.pem -pubout -out fleet.pem
import { createPrivateKey, sign } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

const { values, positionals } = parseArgs({
  options: { key: { type: 'string' }, out: { type: 'string' } },
  allowPositionals: true,
});
const [deb] = positionals;
if (values.key === undefined || deb === undefined) {
  console.error('usage: sign-update.mjs --key private.pem [--out FILE] PACKAGE.deb');
  process.exit(2);
}
const key = createPrivateKey(readFileSync(values.key));
const content = readFileSync(deb);
const hash = ['ed25519', 'ed448'].includes(key.asymmetricKeyType) ? null : 'sha256';
const out = values.out ?? deb.replace(/\.deb$/, '.update');
const head = Buffer.from(`TAPWATT-UPDATE 1 ${sign(hash, content, key).toString('base64')}\n`, 'latin1');
writeFileSync(out, Buffer.concat([head, content]));
console.log(out);
