import type { LogSink } from '../core/services.js';
import type { RealtimeDatabase } from './port.js';

export interface LinkWatchOptions {
  database: RealtimeDatabase;
  nowMs: () => number;
  /** How long a write may go without an answer. */
  stallMs: number;
  /** Infinity: nothing is on its way. */
  oldestWriteAtMs: () => number;
  log: LogSink;
}

/** Watches the link to the database: says why there is none, and makes it anew when writes are not answered. */
export interface LinkWatch {
  isUp(): boolean;
  lastError(): { atMs: number; message: string } | null;
  /** A write was answered: the link works. */
  acknowledged(): void;
  /** Remembers and logs a trouble; the same one again only once a minute. */
  trouble(message: string): void;
  close(): void;
}

/** Looks this often in the time of a stall. */
const LOOKS = 3;
/** Between two new links: from `stallMs`, doubled up to this. */
const LONGEST_PAUSE_MS = 5 * 60_000;
const SAME_AGAIN_MS = 60_000;

export function createLinkWatch({ database, nowMs, stallMs, oldestWriteAtMs, log }: LinkWatchOptions): LinkWatch {
  let up = false;
  let downSinceMs = nowMs();
  let last: { atMs: number; message: string } | null = null;
  let logged = { atMs: 0, message: '' };
  let stalls = 0;
  let notBeforeMs = 0;
  let isClosed = false;

  const trouble = (message: string): void => {
    const atMs = nowMs();
    last = { atMs, message };
    if (message === logged.message && atMs - logged.atMs < SAME_AGAIN_MS) return;
    logged = { atMs, message };
    log.warn({ trouble: message }, 'Firebase does not take the state of charge points');
  };

  const onStall = async (): Promise<void> => {
    const wasUp = up;
    if (wasUp) database.reconnect();
    const reason = await database.explain();
    if (isClosed) return;
    if (reason !== null) trouble(`Google has given no access token for the service account: ${reason}`);
    else if (wasUp) trouble('the database has not answered; the link is made anew');
    else trouble('no link to the database; check --firebase-database, the region in it, and the way to the internet');
  };

  const look = setInterval(() => {
    const atMs = nowMs();
    const sinceMs = Math.min(oldestWriteAtMs(), up ? Infinity : downSinceMs);
    if (atMs - sinceMs < stallMs || atMs < notBeforeMs) return;
    notBeforeMs = atMs + Math.min(LONGEST_PAUSE_MS, stallMs * 2 ** stalls);
    stalls += 1;
    void onStall();
  }, stallMs / LOOKS);
  look.unref();
  database.onLink((isUp) => {
    if (up && !isUp) downSinceMs = nowMs();
    up = isUp;
  });

  return {
    isUp: () => up,
    lastError: () => last,
    acknowledged() {
      stalls = 0;
      notBeforeMs = 0;
    },
    trouble,
    close() {
      isClosed = true;
      clearInterval(look);
    },
  };
}
