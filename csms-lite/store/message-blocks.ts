/**
 * The message log on disk: a row takes the frames of one charge point that a moment brought. `heads` is a JSON array of
 * what is searched for, `texts` are the frames one after the other, without escapes.
 */
import type { BulkValue } from './dialect.js';

/** A frame as it was on the wire. */
export interface LoggedMessage {
  /** Grows with time, over all charge points. */
  id: number;
  chargePointId: string;
  /** `in`: from the charge point. */
  direction: 'in' | 'out';
  atMs: number;
  kind: 'CALL' | 'CALLRESULT' | 'CALLERROR' | 'INVALID';
  messageId: string | null;
  /** Of the CALL, also on its answer; null when the frame could not be paired. */
  action: string | null;
  /** On answers: time since the CALL. */
  latencyMs: number | null;
  text: string;
}

/** A message without its text. */
export type MessageHead = Omit<LoggedMessage, 'text' | 'chargePointId'>;

/** One of `heads`. The last member is the length of its text in UTF-16 units. */
type PackedHead = [
  id: number,
  direction: LoggedMessage['direction'],
  atMs: number,
  kind: LoggedMessage['kind'],
  messageId: string | null,
  action: string | null,
  latencyMs: number | null,
  length: number,
];

/** What is collected is written at this many messages or characters at the latest. */
const FULL_MESSAGES = 10_000;
const FULL_CHARACTERS = 4_000_000;

/** Ids in one block differ by less than this. */
export const MAXIMUM_SPAN = FULL_MESSAGES;

interface OpenBlock {
  firstId: number;
  lastId: number;
  count: number;
  untilMs: number;
  heads: string;
  texts: string;
}

/** Messages that are not written yet, in blocks by charge point. */
export class MessageBlocks {
  readonly #open = new Map<string, OpenBlock>();
  #lastId: number;
  #messages = 0;
  #characters = 0;

  /** @param lastId of the log as it is */
  constructor(lastId: number) {
    this.#lastId = lastId;
  }

  get count(): number {
    return this.#messages;
  }

  get isFull(): boolean {
    return this.#messages >= FULL_MESSAGES || this.#characters >= FULL_CHARACTERS;
  }

  /** @returns its id */
  add({ chargePointId, direction, atMs, kind, messageId, action, latencyMs, text }: Omit<LoggedMessage, 'id'>): number {
    this.#lastId += 1;
    const id = this.#lastId;
    const name = action === null ? 'null' : JSON.stringify(action);
    const key = messageId === null ? 'null' : JSON.stringify(messageId);
    const head = `[${id},"${direction}",${atMs},"${kind}",${key},${name},${latencyMs},${text.length}]`;
    const block = this.#open.get(chargePointId);
    if (block === undefined) {
      this.#open.set(chargePointId, { firstId: id, lastId: id, count: 1, untilMs: atMs, heads: head, texts: text });
    } else {
      block.lastId = id;
      block.count += 1;
      block.untilMs = Math.max(block.untilMs, atMs);
      block.heads += `,${head}`;
      block.texts += text;
    }
    this.#messages += 1;
    this.#characters += text.length;
    return id;
  }

  /** Values of `message_block`, a row after the other, by growing id; what was collected begins anew. */
  take(): BulkValue[] {
    const values: BulkValue[] = [];
    const blocks = [...this.#open].sort(([, a], [, b]) => a.lastId - b.lastId);
    for (const [stationId, { firstId, lastId, count, untilMs, heads, texts }] of blocks)
      values.push(lastId, stationId, firstId, count, untilMs, `[${heads}]`, texts);
    this.#open.clear();
    this.#messages = 0;
    this.#characters = 0;
    return values;
  }
}

/** @param heads as in the column of this name */
export function readHeads(heads: string): MessageHead[] {
  return (JSON.parse(heads) as PackedHead[]).map(([id, direction, atMs, kind, messageId, action, latencyMs]) => ({
    id,
    direction,
    atMs,
    kind,
    messageId,
    action,
    latencyMs,
  }));
}

/** The texts of a block by message id. */
export function readTexts(heads: string, texts: string): Map<number, string> {
  const found = new Map<number, string>();
  let from = 0;
  const packed = JSON.parse(heads) as PackedHead[];
  for (const [index, [id, , , , , , , length]] of packed.entries()) {
    // Blocks of a migration have one message each and count its characters otherwise.
    const to = index === packed.length - 1 ? texts.length : from + length;
    found.set(id, texts.slice(from, to));
    from = to;
  }
  return found;
}
