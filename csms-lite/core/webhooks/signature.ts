import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** Standard Webhooks 1.0 (standardwebhooks.com): `whsec_` and the key in base64. */
export function newSecret(): string {
  return `whsec_${randomBytes(24).toString('base64')}`;
}

function keyOf(secret: string): Buffer {
  return Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
}

/** Whether a text can be a secret: 16 to 64 bytes. */
export function isSecret(text: string): boolean {
  if (!/^whsec_[A-Za-z0-9+/]+={0,2}$/.test(text)) return false;
  const { length } = keyOf(text);
  return length >= 16 && length <= 64;
}

/** The header `webhook-signature`: HMAC-SHA256 over `id.timestamp.body`. `timestampS`: Unix seconds. */
export function signatureOf(secret: string, id: string, timestampS: number, body: string): string {
  return `v1,${createHmac('sha256', keyOf(secret)).update(`${id}.${timestampS}.${body}`).digest('base64')}`;
}

/** For receivers and tests: whether one of the header's signatures is right. */
export function verifySignature(secret: string, id: string, timestampS: number, body: string, header: string): boolean {
  const expected = Buffer.from(signatureOf(secret, id, timestampS, body));
  return header.split(' ').some((given) => {
    const bytes = Buffer.from(given);
    return bytes.length === expected.length && timingSafeEqual(bytes, expected);
  });
}
