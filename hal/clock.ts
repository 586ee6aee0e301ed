import type { Clock, Timer } from './interfaces.js';

/** setTimeout turns longer delays into 1 ms. */
const LONGEST_TIMEOUT_MS = 2_147_483_647;

/**
 * The machine's clocks. `monotonicMs` is CLOCK_MONOTONIC in whole milliseconds, so it is the same scale in every
 * thread and process of this boot (performance.now begins at zero in each). An action of `after` never runs before
 * `monotonicMs` has moved on by its delay, so that deadlines compared with it hold.
 */
export function createSystemClock(): Clock {
  const monotonicMs = (): number => Number(process.hrtime.bigint() / 1_000_000n);
  return {
    wallMs: () => Date.now(),
    monotonicMs,
    after(delayMs, action): Timer {
      const dueMs = monotonicMs() + Math.max(0, delayMs);
      let handle: NodeJS.Timeout;
      const arm = (remainingMs: number): void => {
        handle = setTimeout(
          () => {
            const leftMs = dueMs - monotonicMs();
            if (leftMs > 0) arm(leftMs);
            else action();
          },
          Math.min(remainingMs, LONGEST_TIMEOUT_MS),
        );
      };
      arm(Math.max(0, delayMs));
      return { cancel: () => clearTimeout(handle) };
    },
  };
}
