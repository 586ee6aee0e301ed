import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ApiToken } from '../api/auth.js';

/** Where a token that the server made for itself is kept, readable by its owner only. */
export function tokenFile(dataDirectory: string): string {
  return join(dataDirectory, 'api-token');
}

/** The token that an earlier start made, or null. */
export function readTokenFile(dataDirectory: string): string | null {
  try {
    const text = readFileSync(tokenFile(dataDirectory), 'utf8').trim();
    return text === '' ? null : text;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** A server on a network without a configured token makes one at its first start and keeps it. */
export function keptToken(dataDirectory: string): ApiToken {
  const name = 'api-token';
  const kept = readTokenFile(dataDirectory);
  if (kept !== null) return { name, token: kept };
  const token = randomBytes(24).toString('base64url');
  mkdirSync(dataDirectory, { recursive: true });
  writeFileSync(tokenFile(dataDirectory), `${token}\n`, { mode: 0o600 });
  return { name, token };
}
