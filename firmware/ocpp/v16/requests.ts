import type { Gate, Outcome, Source } from '../outgoing.js';

/** Requests that are not kept over a lost connection, first in first out; `urgent`: a person waits for the answer. */
export interface RequestQueue {
  readonly source: Source;
  /**
   * Sends as soon as the line is free and resolves with the outcome. `abandon` takes it out of the queue and resolves
   * with no-answer; an answer that comes after it is not seen here.
   */
  send(action: string, payload: object, timeoutMs?: number): { outcome: Promise<Outcome>; abandon: () => void };
  /** The connection is gone: whatever waits will not be sent. */
  abandonAll(): void;
}

interface Entry {
  action: string;
  payload: object;
  timeoutMs: number | undefined;
  settle: (outcome: Outcome) => void;
}

export function createRequestQueue(
  name: string,
  { gate, urgent }: { gate: Gate; urgent: boolean },
  kick: () => void,
): RequestQueue {
  let waiting: Entry[] = [];
  return {
    source: {
      name,
      gate,
      next: () => {
        const entry = waiting.shift();
        if (entry === undefined) return { t: 'empty' };
        const { action, payload, timeoutMs, settle } = entry;
        return {
          t: 'send',
          outgoing: { action, payload, settle, yields: !urgent, ...(timeoutMs === undefined ? {} : { timeoutMs }) },
        };
      },
      isUrgent: () => urgent && waiting.length > 0,
    },
    send(action, payload, timeoutMs) {
      let settle: (outcome: Outcome) => void = () => {};
      const outcome = new Promise<Outcome>((resolve) => {
        settle = resolve;
      });
      const entry: Entry = { action, payload, timeoutMs, settle };
      waiting.push(entry);
      kick();
      return {
        outcome,
        abandon: () => {
          waiting = waiting.filter((other) => other !== entry);
          settle({ t: 'no-answer', why: 'timeout' });
        },
      };
    },
    abandonAll() {
      const gone = waiting;
      waiting = [];
      for (const entry of gone) entry.settle({ t: 'no-answer', why: 'lost' });
    },
  };
}
