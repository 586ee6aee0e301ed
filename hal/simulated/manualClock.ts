import type { Clock, Timer } from '../interfaces.js';

/** A clock that stands still until the test moves it. */
export interface ManualClock extends Clock {
  /**
   * Moves both clocks on by `durationMs`, running what falls due in order, each at its own time. Between two timers
   * promises are let settle, so that drivers that await their hardware get on.
   */
  advance(durationMs: number): Promise<void>;
  /** Lets promises settle without moving time. */
  settle(): Promise<void>;
  /** Makes the wall clock jump, as NTP does; monotonic time stays. */
  setWallMs(wallMs: number): void;
  /** How many timers wait. */
  readonly pendingTimers: number;
}

interface Waiting {
  dueMs: number;
  order: number;
  action: () => void;
}

/** @param startWallMs the wall clock at the beginning; monotonic time begins at 1 000 000 so that nobody confuses the two. */
export function createManualClock(startWallMs = Date.UTC(2026, 0, 1)): ManualClock {
  let nowMs = 1_000_000;
  let wallOffsetMs = startWallMs - nowMs;
  let order = 0;
  const waiting = new Set<Waiting>();

  const settle = async (): Promise<void> => {
    // Several turns of the event loop: enough for chains of awaits over in-memory transports.
    for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  };
  const nextDue = (untilMs: number): Waiting | null => {
    let next: Waiting | null = null;
    for (const timer of waiting) {
      if (timer.dueMs > untilMs) continue;
      if (next === null || timer.dueMs < next.dueMs || (timer.dueMs === next.dueMs && timer.order < next.order)) {
        next = timer;
      }
    }
    return next;
  };

  return {
    wallMs: () => nowMs + wallOffsetMs,
    monotonicMs: () => nowMs,
    after(delayMs, action): Timer {
      const timer: Waiting = { dueMs: nowMs + Math.max(0, delayMs), order: order++, action };
      waiting.add(timer);
      return { cancel: () => void waiting.delete(timer) };
    },
    async advance(durationMs) {
      const untilMs = nowMs + durationMs;
      await settle();
      for (let timer = nextDue(untilMs); timer !== null; timer = nextDue(untilMs)) {
        waiting.delete(timer);
        nowMs = Math.max(nowMs, timer.dueMs);
        timer.action();
        await settle();
      }
      nowMs = untilMs;
    },
    settle,
    setWallMs(wallMs) {
      wallOffsetMs = wallMs - nowMs;
    },
    get pendingTimers() {
      return waiting.size;
    },
  };
}
