import { createHmac, randomBytes, scrypt, timingSafeEqual } from 'node:crypto';

const COST = { N: 16_384, r: 8, p: 1 } as const;
const KEY_BYTES = 32;

/** `scrypt$N$r$p$salt$hash`, base64. Takes some 50 ms, on a thread of the pool. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const hash = await derive(Buffer.from(password), salt, COST);
  return ['scrypt', COST.N, COST.r, COST.p, salt.toString('base64'), hash.toString('base64')].join('$');
}

/**
 * Compares what a charge point sent with the stored hash. The key that is set with ChangeConfiguration is hexadecimal
 * text (security white paper, A00.FR.205 f.); charge points send that text or the bytes that it stands for. Both are right.
 */
export async function verifyPassword(stored: string, given: Buffer): Promise<boolean> {
  const proof = fingerprint(stored, given);
  if (verified.has(proof)) return true;
  const hex = given.toString('hex');
  for (const candidate of [given, Buffer.from(hex.toUpperCase()), Buffer.from(hex)]) {
    if (!(await matches(stored, candidate))) continue;
    remember(proof);
    return true;
  }
  return false;
}

/**
 * Proofs of passwords that were right, so that 20 charge points that come back at once do not wait for 20 scrypts.
 * Keyed anew in each process; a new password has a new hash and so another proof.
 */
const verified = new Set<string>();
const processKey = randomBytes(32);

function fingerprint(stored: string, given: Buffer): string {
  return createHmac('sha256', processKey).update(stored).update('\0').update(given).digest('base64');
}

function remember(proof: string): void {
  if (verified.size >= 10_000) verified.clear();
  verified.add(proof);
}

async function matches(stored: string, given: Buffer): Promise<boolean> {
  const [scheme, n, r, p, salt, hash] = stored.split('$');
  if (scheme !== 'scrypt' || salt === undefined || hash === undefined)
    throw new Error(`a stored password has the unknown scheme ${JSON.stringify(scheme)}`);
  const expected = Buffer.from(hash, 'base64');
  const actual = await derive(given, Buffer.from(salt, 'base64'), { N: Number(n), r: Number(r), p: Number(p) });
  return expected.length === actual.length && timingSafeEqual(expected, actual);
}

function derive(password: Buffer, salt: Buffer, cost: { N: number; r: number; p: number }): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(password, salt, KEY_BYTES, cost, (error, key) => (error === null ? resolve(key) : reject(error)));
  });
}
