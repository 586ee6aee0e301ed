import { createHash } from 'node:crypto';

/** What a message id means on this connection, before the CALL is served. */
export type Seen = { as: 'new' } | { as: 'in-progress' } | { as: 'answered'; answer: string } | { as: 'other-content' };

interface Entry {
  content: string;
  /** Null while the CALL waits for its turn or is being served. */
  answer: string | null;
}

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

  /** Looks an id up; a new one is noted as in progress. @param text the request's content */
  begin(id: string, text: string): Seen {
    const content = createHash('sha256').update(text).digest('base64');
    const entry = this.#entries.get(id);
    if (entry === undefined) {
      this.#entries.set(id, { content, answer: null });
      this.#forgetOldest();
      return { as: 'new' };
    }
    if (entry.content !== content) return { as: 'other-content' };
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
