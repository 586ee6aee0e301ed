import type { PrivateFiles } from './privateFiles.js';

/** The bytes that go into the Basic Authorization header. */
export type KeyVerdict = { ok: true; bytes: Buffer } | { ok: false; reason: string };

const HEX = /^(?:[0-9A-Fa-f]{2}){16,20}$/;
const PLAIN = /^[\x20-\x7e]{16,40}$/;

/**
 * Reads an AuthorizationKey (A00.FR.205, TC_085): 32 to 40 hexadecimal digits are 16 to 20 bytes; anything else printable
 * of 16 to 40 characters is the password itself.
 */
export function readAuthorizationKey(text: string): KeyVerdict {
  if (HEX.test(text)) return { ok: true, bytes: Buffer.from(text, 'hex') };
  if (PLAIN.test(text)) return { ok: true, bytes: Buffer.from(text, 'ascii') };
  return { ok: false, reason: 'must be 32 to 40 hexadecimal digits, or 16 to 40 printable characters' };
}

/** First line of a password file: hexadecimal like AuthorizationKey, otherwise as it is, of any length. */
export function passwordOf(fileContent: Buffer): Buffer {
  const line = fileContent.toString('utf8').split(/\r?\n/, 1)[0] ?? '';
  return HEX.test(line) ? Buffer.from(line, 'hex') : Buffer.from(line, 'utf8');
}

/** The key that the central system set, and the one before it until the new one has been used. */
export interface AuthorizationKeyStore {
  /** Null while the central system never set one: the password file counts. */
  current(): Buffer | null;
  /** The one before, while a new one is on trial; null: the password file counted. */
  previous(): Buffer | null;
  /** Keeps the one in force as a way back. */
  change(bytes: Buffer): void;
  /** True while a new key has not been used with success. */
  readonly onTrial: boolean;
  /** The new key works. */
  confirm(): void;
  /** The new key was refused: the one before it counts again. */
  goBack(): void;
}

const CURRENT = 'authorization-key';
/** Content of the key before; empty: the password file. */
const BEFORE = 'authorization-key.before';

export function createAuthorizationKeyStore(files: PrivateFiles): AuthorizationKeyStore {
  return {
    current: () => files.read(CURRENT),
    previous: () => {
      const before = files.read(BEFORE);
      return before === null || before.length === 0 ? null : before;
    },
    change(bytes) {
      // A second change before the first was used: the way back stays the one that worked.
      if (files.read(BEFORE) === null) files.write(BEFORE, files.read(CURRENT) ?? '');
      files.write(CURRENT, bytes);
    },
    get onTrial() {
      return files.read(BEFORE) !== null;
    },
    confirm() {
      files.remove(BEFORE);
    },
    goBack() {
      const before = files.read(BEFORE);
      if (before === null) return;
      if (before.length === 0) files.remove(CURRENT);
      else files.write(CURRENT, before);
      files.remove(BEFORE);
    },
  };
}
