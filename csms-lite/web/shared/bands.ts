import { statusLook } from './status.js';

/** As `GET /charge-points/{id}/statuses` tells them. */
export interface StatusAt {
  status: string;
  at: string;
}

export interface StatusBand {
  /** Epoch milliseconds. */
  fromMs: number;
  toMs: number;
  status: string;
  text: string;
  /** A custom property of the style sheet. */
  colour: string;
}

const COLOURS = {
  live: '--live',
  ready: '--ready',
  wait: '--wait',
  hold: '--hold',
  fault: '--fault',
  off: '--off',
} as const;

/**
 * The statuses of a connector as stretches between two moments. What was told last before `fromMs` holds there;
 * repetitions are one stretch.
 */
export function bandsOf(statuses: readonly StatusAt[], fromMs: number, toMs: number): StatusBand[] {
  const ordered = statuses
    .map(({ status, at }) => ({ status, atMs: Date.parse(at) }))
    .filter(({ atMs }) => !Number.isNaN(atMs) && atMs < toMs)
    .sort((a, b) => a.atMs - b.atMs);
  const before = ordered.filter(({ atMs }) => atMs <= fromMs).at(-1);
  const within = ordered.filter(({ atMs }) => atMs > fromMs);
  const marks = [...(before === undefined ? [] : [{ ...before, atMs: fromMs }]), ...within];
  const bands: StatusBand[] = [];
  marks.forEach(({ status, atMs }, index) => {
    const end = marks[index + 1]?.atMs ?? toMs;
    const last = bands.at(-1);
    if (last !== undefined && last.status === status) last.toMs = end;
    else if (end > atMs) {
      const { text, tone } = statusLook(status);
      bands.push({ fromMs: atMs, toMs: end, status, text, colour: COLOURS[tone] });
    }
  });
  return bands;
}
