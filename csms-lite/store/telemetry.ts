import { Worker } from 'node:worker_threads';
import type { BulkRow, BulkValue } from './dialect.js';
import type { MeterKinds } from './meter-kinds.js';
import type { TelemetryReply, TelemetryRequest } from './telemetry-messages.js';

/** Rows for the telemetry thread. */
export interface Telemetry {
  /** Resolves when the rows are on disk. */
  append(rows: readonly BulkRow[]): Promise<void>;
  /** Nobody waits. */
  appendLater(row: BulkRow): void;
  /** Forgets up to 2000 of the oldest messages from before `beforeMs`. */
  trim(beforeMs: number): Promise<void>;
  /** Writes everything and ends the thread. */
  close(): Promise<void>;
}

interface Waiting {
  resolve: () => void;
  reject: (error: Error) => void;
}

const LATER_MS = 100;

/** @param onLost rows that could not be written and that nobody waits for */
export function startTelemetry(
  file: string,
  kinds: MeterKinds,
  onLost: (error: unknown, rows: number) => void,
): Telemetry {
  let worker: Worker | null = null;
  let urgent: BulkValue[] = [];
  let later: BulkValue[] = [];
  let waiting: Waiting[] = [];
  /** What everybody waits for whose rows are in `urgent`. */
  let group: Promise<void> | null = null;
  let laterIsDue = false;
  let scheduled = false;
  let laterTimer: NodeJS.Timeout | null = null;
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
        onLost(new Error(message.error), message.rows);
        return;
      }
      const answered = sent.get(message.id) ?? [];
      sent.delete(message.id);
      for (const one of answered) {
        if (message.error === null) one.resolve();
        else one.reject(new Error(message.error));
      }
      if (urgent.length > 0 || laterIsDue) schedule();
    });
    // The next rows start another thread; what was not acknowledged was perhaps not written.
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
    if (laterTimer !== null) clearTimeout(laterTimer);
    laterTimer = null;
    laterIsDue = false;
    if (urgent.length === 0 && later.length === 0) return;
    lastId += 1;
    const fresh = urgent.length === 0 ? [] : kinds.unwritten();
    if (fresh.length > 0) waiting.push({ resolve: () => kinds.written(fresh), reject: () => {} });
    post({ kind: 'rows', id: lastId, kinds: fresh.flat(), urgent, later }, waiting);
    urgent = [];
    later = [];
    waiting = [];
    group = null;
  };

  /** After the poll phase: every frame that this turn of the event loop brought has been handed in by then. */
  const schedule = (): void => {
    if (scheduled) return;
    scheduled = true;
    setImmediate(flush);
  };

  return {
    append(rows) {
      if (closing) return Promise.reject(new Error('the database is closed'));
      if (rows.length === 0) return Promise.resolve();
      for (const row of rows) for (const value of row) urgent.push(value);
      schedule();
      group ??= new Promise((resolve, reject) => waiting.push({ resolve, reject }));
      return group;
    },
    appendLater(row) {
      if (closing) return;
      for (const value of row) later.push(value);
      laterTimer ??= setTimeout(() => {
        laterIsDue = true;
        schedule();
      }, LATER_MS);
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
