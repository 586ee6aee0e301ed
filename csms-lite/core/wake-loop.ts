import { setTimeout as sleep } from 'node:timers/promises';

/** Looks for work when woken, and by itself when the next is due; one look at a time. */
export interface WakeLoop {
  /** There is something new to do. A wake during a look is followed by another one. */
  wake(): void;
  /** No look begins any more, and one that is under way should not begin anything. */
  readonly isStopped: boolean;
  /** Waits for a look that is under way and then for `rest`, at most a second. */
  stop(rest?: () => Promise<unknown>): Promise<void>;
}

/** Looked again at the latest after this, whatever was missed or failed. */
const IDLE_MS = 60_000;
const SOON_MS = 5;
const STOP_MS = 1000;

/**
 * @param look does what is due. @returns when something is due next, ms from now (Infinity: not known); null: when woken
 * @param failed is told when a look threw; the next one is after a minute
 */
export function createWakeLoop(look: () => Promise<number | null>, failed: (error: unknown) => void): WakeLoop {
  let timer: NodeJS.Timeout | null = null;
  let looking: Promise<void> | null = null;
  let again = false;
  let isStopped = false;

  const wakeIn = (inMs: number): void => {
    if (timer !== null) clearTimeout(timer);
    timer = setTimeout(wake, Math.max(SOON_MS, Math.min(IDLE_MS, inMs)));
    timer.unref();
  };

  const wake = (): void => {
    again = true;
    if (isStopped || looking !== null) return;
    looking = (async () => {
      while (again && !isStopped) {
        again = false;
        const inMs = await look();
        if (inMs !== null) wakeIn(inMs);
      }
    })()
      .catch((error: unknown) => {
        failed(error);
        wakeIn(IDLE_MS);
      })
      .finally(() => {
        looking = null;
        if (again) wake();
      });
  };

  return {
    wake,
    get isStopped() {
      return isStopped;
    },
    async stop(rest = async () => {}) {
      isStopped = true;
      if (timer !== null) clearTimeout(timer);
      const idle = (async () => {
        await looking;
        await rest();
      })();
      const deadline = new AbortController();
      await Promise.race([idle, sleep(STOP_MS, undefined, { signal: deadline.signal }).catch(() => undefined)]);
      deadline.abort();
    },
  };
}
