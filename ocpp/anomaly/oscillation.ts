import type { DetectorParameters } from './parameters.js';
import { type CurrentSample, within } from './sample.js';
import { right, type Verdict } from './verdict.js';

/** Where it changes its direction, as indices; moves smaller than `swingMa` are noise. */
export function turnsOf(values: readonly number[], swingMa: number): number[] {
  const turns: number[] = [];
  let direction = 0;
  let low = values[0] ?? 0;
  let high = low;
  for (const [index, value] of values.entries()) {
    low = Math.min(low, value);
    high = Math.max(high, value);
    const next = direction >= 0 && high - value >= swingMa ? -1 : direction <= 0 && value - low >= swingMa ? 1 : 0;
    if (next === 0) continue;
    if (direction !== 0) turns.push(index);
    direction = next;
    low = value;
    high = value;
  }
  return turns;
}

/**
 * More than so many changes of direction in the window. When what was allowed turned at least half as often, it is
 * `commanded`.
 */
export function judgeOscillation(
  samples: readonly CurrentSample[],
  parameters: Pick<DetectorParameters, 'oscillation'>,
): Verdict {
  if (parameters.oscillation === null) return right('turns');
  const { windowMs, turns: most, calmTurns, swingMa, swingShare } = parameters.oscillation;
  const window = within(samples, windowMs);
  const currents = window.map(({ currentMa }) => currentMa);
  const highestMa = Math.max(0, ...currents);
  const swing = Math.max(swingMa, highestMa * swingShare);
  const found = turnsOf(currents, swing);
  const turns = found.length;
  const isWrong = turns >= most;
  return {
    state: isWrong ? 'wrong' : turns <= calmTurns ? 'right' : 'unclear',
    windowMs,
    fromMs: window[found[0] ?? 0]?.atMs ?? 0,
    figure: turns,
    threshold: most,
    unit: 'turns',
    commanded: isWrong && turnsOf(allowedIn(window, highestMa), swing).length * 2 >= turns,
  };
}

/** What was allowed at each sample: nothing while nobody may charge, and between two sessions; without a limit, everything. */
function allowedIn(window: readonly CurrentSample[], highestMa: number): number[] {
  return window.flatMap(({ limitMa, permitted, restarted }) => {
    const allowedMa = permitted === false ? 0 : (limitMa ?? highestMa);
    return restarted === true ? [0, allowedMa] : [allowedMa];
  });
}
