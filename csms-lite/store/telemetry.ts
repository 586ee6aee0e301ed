import { Worker } from 'node:worker_threads';
import type { BulkValue } from './dialect.js';
import { type LoggedMessage, MessageBlocks } from './message-blocks.js';
import type { MeterKinds } from './meter-kinds.js';
import type { MeterEntry } from './meter-pages.js';
import type { TelemetryReply, TelemetryRequest } from './telemetry-messages.js';

/** What goes to the telemetry thread. */
export interface Telemetry {
  /** Resolves when the samples are on disk. */
  append(entry: MeterEntry): Promise<void>;
  /** Nobody waits. @returns its id */
  log(message: Omit<LoggedMessage, 'id'>): number;
  /** Forgets up to 2000 of the oldest blocks of messages from before `beforeMs`. */
  trim(beforeMs: number): Promise<void>;
  /** Writes everything and ends the thread. */
  close(): Promise<void>;
}

export interface TelemetryOptions {
  file: string;
  kinds: MeterKinds;
  /** Of the message log as it is. */
  lastMessageId: number;
  /** Messages that could not be written and that nobody waits for. */
  onLost: (error: unknown, messages: number) => void;
}

interface Waiting {
  resolve: () => void;
  reject: (error: Error) => void;
}

/** Messages wait this long for others of their charge point: a block costs more than what is in it. */
const LOG_MS = 200;

export function startTelemetry({ file, kinds, lastMessageId, onLost }: TelemetryOptions): Telemetry {
  let worker: Worker | null = null;
  let entries: BulkValue[] = [];
  const blocks = new MessageBlocks(lastMessageId);
  let waiting: Waiting[] = [];
  /** What everybody waits for whose samples are in `entries`. */
  let group: Promise<void> | null = null;
  let logIsDue = false;
  let scheduled = false;
  let logTimer: NodeJS.Timeout | null = null;
  let lastId = 0;
  let closing = false;
  const sent = new Map<number, Waiting[]>();

  const failAll = (error: Error): void => {
    for (const waiters of sent.values()) for (const one of waiters) one.reject(error);
    sent.clear();
  };

  const spawn = (): Worker => {
    const thread = new Worker(new URL('./telemetry-thread.js', import.meta.url), { workerData: { file } });
    thread.on('message', (message: TelemetryReply) => {
      if (message.kind === 'lost') {
        onLost(new Error(message.error), message.messages);
        return;
      }
      const answered = sent.get(message.id) ?? [];
      sent.delete(message.id);
      for (const one of answered) {
        if (message.error === null) one.resolve();
        else one.reject(new Error(message.error));
      }
      if (entries.length > 0 || logIsDue) schedule();
    });
    // What comes next starts another thread; what was not acknowledged was perhaps not written.
    thread.on('error', (error) => onLost(error, 0));
    thread.on('exit', () => {
      if (worker === thread) worker = null;
      failAll(new Error('the telemetry thread ended'));
    });
    return thread;
  };

  const post = (request: TelemetryRequest, waiters: Waiting[]): void => {
    worker ??= spawn();
    sent.set(request.id, waiters);
    worker.postMessage(request);
  };

  /**
   * One group is under way at a time: while it is written, the next one grows, so that a busy moment makes larger
   * groups and fewer fsyncs, and a quiet one waits for nobody.
   */
  const flush = (): void => {
    scheduled = false;
    if (sent.size > 0 && !closing) return;
    const messages = logIsDue || closing ? blocks.count : 0;
    if (entries.length === 0 && messages === 0) return;
    const fresh = entries.length === 0 ? [] : kinds.unwritten();
    if (fresh.length > 0) waiting.push({ resolve: () => kinds.written(fresh), reject: () => {} });
    lastId += 1;
    const rows = messages === 0 ? [] : blocks.take();
    post({ kind: 'write', id: lastId, kinds: fresh.flat(), entries, blocks: rows, messages }, waiting);
    if (messages > 0) {
      logIsDue = false;
      if (logTimer !== null) clearTimeout(logTimer);
      logTimer = null;
    }
    entries = [];
    waiting = [];
    group = null;
  };

  /** After the poll phase: every frame that this turn of the event loop brought has been handed in by then. */
  const schedule = (): void => {
    if (scheduled) return;
    scheduled = true;
    setImmediate(flush);
  };

  const logNow = (): void => {
    logIsDue = true;
    schedule();
  };

  return {
    append({ stationId, connectorId, txId, samples }) {
      if (closing) return Promise.reject(new Error('the database is closed'));
      if (samples === '') return Promise.resolve();
      entries.push(stationId, connectorId, txId, samples);
      schedule();
      group ??= new Promise((resolve, reject) => waiting.push({ resolve, reject }));
      return group;
    },
    log(message) {
      const id = blocks.add(message);
      if (closing) return id;
      if (blocks.isFull) logNow();
      else logTimer ??= setTimeout(logNow, LOG_MS);
      return id;
    },
    trim(beforeMs) {
      return new Promise((resolve, reject) => {
        lastId += 1;
        post({ kind: 'trim', id: lastId, beforeMs }, [{ resolve, reject }]);
      });
    },
    async close() {
      closing = true;
      flush();
      if (worker === null) return;
      await new Promise<void>((resolve, reject) => {
        lastId += 1;
        post({ kind: 'close', id: lastId }, [{ resolve, reject }]);
      });
    },
  };
}
