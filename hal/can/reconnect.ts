import type { Clock, Timer } from '../interfaces.js';

const FIRST_MS = 500;
const LONGEST_MS = 10_000;

/** Tries again after 0.5, 1, 2 … 10 s. */
export interface Reconnect {
  /** Asks for one more attempt; asking again before it was made does nothing. */
  schedule(): void;
  /** It worked: the next wait is the first again. */
  succeeded(): void;
  stop(): void;
}

export function createReconnect(clock: Clock, attempt: () => void): Reconnect {
  let waitMs = FIRST_MS;
  let timer: Timer | null = null;
  let stopped = false;
  return {
    schedule() {
      if (timer !== null || stopped) return;
      timer = clock.after(waitMs, () => {
        timer = null;
        attempt();
      });
      waitMs = Math.min(waitMs * 2, LONGEST_MS);
    },
    succeeded() {
      waitMs = FIRST_MS;
    },
    stop() {
      stopped = true;
      timer?.cancel();
      timer = null;
    },
  };
}
