import { createHash } from 'node:crypto';
import { contentOf } from './frame.js';

/** What a message id means on this connection, before the CALL is served. */
export type Seen = { as: 'new' } | { as: 'in-progress' } | { as: 'answered'; answer: string } | { as: 'other-content' };

interface Entry {
  /** The CALL as it came, when it is short; else `digestOf` it. Content is compared only when an id comes again. */
  request: { text: string } | { digest: string };
  /** Null while the CALL waits for its turn or is being served. */
  answer: string | null;
}

/** Longer CALLs are remembered by their digest: 64 of 1 MiB each would be much for one connection. */
const KEPT_LENGTH = 4096;
const NEW: Seen = { as: 'new' };

/**
 * The last CALLs of the other end by message id, so that a repeated one (1.6-J errata 3.1) gets the bytes of its first
 * answer and is not served twice.
 *
 * Only CALLRESULTs are remembered. A CALL that got a CALLERROR may succeed later: a charge point repeats
 * transaction-related messages with the same id after an InternalError (1.6 §3.7.1), and must not be answered with its
 * old failure for ever.
 */
export class ReplayMemory {
  readonly #entries = new Map<string, Entry>();
  readonly #capacity: number;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** Looks an id up; a new one is noted as in progress. @param text the CALL, which `parseFrame` could read */
  begin(id: string, text: string): Seen {
    const entry = this.#entries.get(id);
    if (entry === undefined) {
      const request = text.length <= KEPT_LENGTH ? { text } : { digest: digestOf(text) };
      this.#entries.set(id, { request, answer: null });
      if (this.#entries.size > this.#capacity) this.#forgetOldest();
      return NEW;
    }
    if (!isSame(entry.request, text)) return { as: 'other-content' };
    if (entry.answer === null) return { as: 'in-progress' };
    this.#entries.delete(id);
    this.#entries.set(id, entry);
    return { as: 'answered', answer: entry.answer };
  }

  remember(id: string, answer: string): void {
    const entry = this.#entries.get(id);
    if (entry !== undefined) entry.answer = answer;
  }

  forget(id: string): void {
    this.#entries.delete(id);
  }

  /** Those in progress stay: their number is bounded by the inbound queue. */
  #forgetOldest(): void {
    for (const [id, entry] of this.#entries) {
      if (this.#entries.size <= this.#capacity) return;
      if (entry.answer !== null) this.#entries.delete(id);
    }
  }
}

/** The same content, whatever the white space. */
function isSame(request: Entry['request'], text: string): boolean {
  if ('digest' in request) return request.digest === digestOf(text);
  return request.text === text || contentOf(request.text) === contentOf(text);
}

function digestOf(text: string): string {
  return createHash('sha256').update(contentOf(text)).digest('base64');
}
