/** What a message id means on this connection, before the CALL is served. */
export type Seen = { as: 'new' } | { as: 'in-progress' } | { as: 'answered'; answer: string } | { as: 'other-content' };

interface Entry {
  /** `fingerprint` of the CALL as it came. Its text is not kept: 64 texts of each connection would be much. */
  print: number;
  /** Null while the CALL waits for its turn or is being served. */
  answer: string | null;
}

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
    const print = fingerprint(text);
    const entry = this.#entries.get(id);
    if (entry === undefined) {
      this.#entries.set(id, { print, answer: null });
      if (this.#entries.size > this.#capacity) this.#forgetOldest();
      return NEW;
    }
    if (entry.print !== print) return { as: 'other-content' };
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

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const BLANK = 0x20;

/**
 * 53 bits of hash over JSON text, white space between its tokens left out. Two different CALLs of one id, as a charge
 * point makes them by mistake, have the same one once in 10^15. Nearly all CALLs come without white space: they are read
 * once, without a branch.
 */
export function fingerprint(text: string): number {
  let high = 0x811c9dc5;
  let low = 0x9747b28c;
  let spaced = 0;
  const even = text.length & ~1;
  for (let at = 0; at < even; at += 2) {
    const first = text.charCodeAt(at);
    const second = text.charCodeAt(at + 1);
    // The sign bit says that one of them is at most a blank.
    spaced |= (first - 33) | (second - 33);
    const both = (first << 16) | second;
    high = Math.imul(high ^ both, 0x9e3779b1);
    low = Math.imul((low ^ both) + (high >>> 15), 0x5bd1e995);
  }
  const last = even < text.length ? text.charCodeAt(even) : 0xffff;
  high = Math.imul(high ^ last, 0x85ebca6b);
  low = Math.imul((low ^ last) + (high >>> 15), 0xc2b2ae35);
  if (spaced < 0 || last <= BLANK) {
    const compact = withoutBlanks(text);
    if (compact.length < text.length) return fingerprint(compact);
  }
  return (high >>> 11) * 0x1_0000_0000 + ((low ^ (low >>> 15)) >>> 0);
}

/** JSON without the white space between its tokens. */
function withoutBlanks(text: string): string {
  let compact = '';
  let from = 0;
  let inText = false;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit === QUOTE) inText = !inText;
    // What is escaped ends no text.
    else if (unit === BACKSLASH) at += 1;
    else if (unit <= BLANK && !inText) {
      compact += text.slice(from, at);
      from = at + 1;
    }
  }
  return compact + text.slice(from);
}
