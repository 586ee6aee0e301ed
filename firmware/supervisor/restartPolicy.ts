/** When a thread that ended is started again. */
export interface RestartPolicy {
  /** The thread ended. @returns how long to wait, and whether it now counts as broken. */
  failed(nowMs: number): { delayMs: number; broken: boolean };
  /** Whether it counts as broken: more than 5 ends within the last 5 minutes. */
  isBroken(nowMs: number): boolean;
}

const WINDOW_MS = 5 * 60_000;
const ENDS_ALLOWED = 5;
const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 30_000;

/** 0.5 s, doubling with each end in the last five minutes, up to 30 s: a broken thread is tried slowly, for ever. */
export function createRestartPolicy(): RestartPolicy {
  let ends: number[] = [];
  const recent = (nowMs: number): number[] => {
    ends = ends.filter((endMs) => nowMs - endMs < WINDOW_MS);
    return ends;
  };
  return {
    failed(nowMs) {
      const count = recent(nowMs).push(nowMs);
      const broken = count > ENDS_ALLOWED;
      const delayMs = broken ? LONGEST_DELAY_MS : Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** (count - 1));
      return { delayMs, broken };
    },
    isBroken: (nowMs) => recent(nowMs).length > ENDS_ALLOWED,
  };
}
