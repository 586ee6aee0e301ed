import type { DetectorParameters } from './parameters.js';
import { type CurrentSample, recent, within } from './sample.js';
import { right, unclear, type Verdict } from './verdict.js';

type Parameters = Pick<DetectorParameters, 'settleMs' | 'hold' | 'runaway' | 'stuckOn'>;

/**
 * In every sample of the hold window the current is above the highest limit of the `settleMs` before that sample (it may
 * take that long to come down), by more than the margin. Figure: the smallest excess over the limit.
 */
export function judgeRunaway(samples: readonly CurrentSample[], parameters: Parameters): Verdict {
  const { hold, runaway, settleMs } = parameters;
  const newest = samples.at(-1);
  if (newest === undefined || newest.limitMa === null) return unclear('mA');
  if (newest.permitted === false) return right('mA');
  const held = holdWindow(samples, hold);
  if (held === null) return unclear('mA');
  const thresholdMa = Math.max(runaway.marginMa, Math.round(newest.limitMa * runaway.share));
  const excesses: number[] = [];
  for (const [index, sample] of held.entries()) {
    const { currentMa, limitMa } = sample;
    if (sample.permitted === false) return right('mA');
    if (limitMa === null) return unclear('mA');
    // Nearly always it is not even above its own limit, and what was allowed before does not matter.
    const most =
      currentMa - limitMa > thresholdMa
        ? highestLimit(samples.slice(0, samples.length - held.length + index + 1), settleMs)
        : limitMa;
    if (most === null) return unclear('mA');
    excesses.push(currentMa - most);
  }
  return heldVerdict(held, excesses, thresholdMa);
}

/** Of the newest sample and everything that held in the `settleMs` before it; null when one is not known. */
function highestLimit(samples: readonly CurrentSample[], settleMs: number): number | null {
  let highest = 0;
  for (const { limitMa } of recent(samples, settleMs)) {
    if (limitMa === null) return null;
    highest = Math.max(highest, limitMa);
  }
  return highest;
}

/**
 * In every sample of the hold window a current flows although nobody charges, and nobody has for `settleMs` before it.
 * Figure: the smallest of these currents.
 */
export function judgeStuckOn(samples: readonly CurrentSample[], parameters: Parameters): Verdict {
  const { hold, stuckOn, settleMs } = parameters;
  const newest = samples.at(-1);
  if (newest === undefined || newest.permitted === null) return unclear('mA');
  if (newest.permitted) return right('mA');
  const held = holdWindow(samples, hold);
  const first = held?.[0];
  if (held === null || first === undefined) return unclear('mA');
  const lastPermitted = samples.findLast(({ permitted }) => permitted !== false);
  if (lastPermitted !== undefined && first.atMs - lastPermitted.atMs < settleMs) return right('mA');
  return heldVerdict(
    held,
    held.map(({ currentMa }) => currentMa),
    stuckOn.currentMa,
  );
}

/** Enough samples that together span the hold window; null while there are not. */
function holdWindow(samples: readonly CurrentSample[], hold: Parameters['hold']): readonly CurrentSample[] | null {
  const newest = samples.at(-1);
  if (newest === undefined) return null;
  const byTime = within(samples, hold.windowMs);
  // A window that falls between two samples takes the one before it as well.
  const start = Math.min(samples.length - byTime.length, samples.length - hold.samples);
  const held = samples.slice(Math.max(0, start));
  const first = held[0];
  if (first === undefined || held.length < hold.samples) return null;
  return newest.atMs - first.atMs >= hold.windowMs * 0.8 ? held : null;
}

function heldVerdict(held: readonly CurrentSample[], figures: readonly number[], threshold: number): Verdict {
  const smallest = Math.min(...figures);
  const fromMs = held[0]?.atMs ?? 0;
  return {
    state: smallest > threshold ? 'wrong' : Math.max(...figures) <= threshold ? 'right' : 'unclear',
    windowMs: (held.at(-1)?.atMs ?? fromMs) - fromMs,
    fromMs,
    figure: smallest,
    threshold,
    unit: 'mA',
  };
}
