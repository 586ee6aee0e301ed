import { type ChargingProfile, type RateUnit, recurrenceMs } from './profile.js';

/** A stretch of time with one limit. `toMs` is exclusive and may be Infinity. */
export interface Segment {
  fromMs: number;
  toMs: number;
  limit: number;
  unit: RateUnit;
  /** As in the profile; null means 3. */
  numberPhases: number | null;
}

/**
 * When a profile says something within [fromMs, toMs), and what: one segment for each period, in order of time.
 *
 * @param relativeStartMs start of charging, from which relative schedules (and absolute ones without a start) count.
 */
export function profileSegments(
  profile: ChargingProfile,
  relativeStartMs: number,
  fromMs: number,
  toMs: number,
): Segment[] {
  const from = Math.max(fromMs, profile.validFromMs ?? -Infinity);
  const to = Math.min(toMs, profile.validToMs ?? Infinity);
  if (from >= to) return [];
  return scheduleRuns(profile, relativeStartMs, from, to).flatMap((run) => runSegments(profile, run, from, to));
}

interface Run {
  startMs: number;
  endMs: number;
}

/** The times at which the schedule starts over and how long each run lasts. One run unless it recurs. */
function scheduleRuns(profile: ChargingProfile, relativeStartMs: number, fromMs: number, toMs: number): Run[] {
  const { schedule } = profile;
  const lengthMs = schedule.durationS === null ? Infinity : schedule.durationS * 1000;
  if (profile.kind === 'Recurring' && profile.recurrency !== null && schedule.startMs !== null) {
    // 1.6 §7.11: each recurrence restarts the schedule, so a run never outlives its recurrence. There is none before the first start.
    const everyMs = recurrenceMs(profile.recurrency);
    const runs: Run[] = [];
    const first = Math.max(0, Math.floor((fromMs - schedule.startMs) / everyMs));
    for (let startMs = schedule.startMs + first * everyMs; startMs < toMs; startMs += everyMs) {
      runs.push({ startMs, endMs: startMs + Math.min(lengthMs, everyMs) });
    }
    return runs;
  }
  const startMs = profile.kind === 'Relative' ? relativeStartMs : (schedule.startMs ?? relativeStartMs);
  return [{ startMs, endMs: startMs + lengthMs }];
}

function runSegments(profile: ChargingProfile, run: Run, fromMs: number, toMs: number): Segment[] {
  const { periods, unit } = profile.schedule;
  const segments: Segment[] = [];
  for (const [index, period] of periods.entries()) {
    const next = periods[index + 1];
    const startsMs = run.startMs + period.startS * 1000;
    const endsMs = next === undefined ? run.endMs : Math.min(run.endMs, run.startMs + next.startS * 1000);
    const segmentFrom = Math.max(startsMs, fromMs);
    const segmentTo = Math.min(endsMs, toMs);
    if (segmentFrom < segmentTo) {
      const { limit, numberPhases } = period;
      segments.push({ fromMs: segmentFrom, toMs: segmentTo, limit, unit, numberPhases });
    }
  }
  return segments;
}

/**
 * Stacks segment lists: the first list wins, the second fills what the first leaves open, and so on. Each list must
 * be in order of time and free of overlaps; so is the result.
 */
export function stackSegments(lists: readonly (readonly Segment[])[]): Segment[] {
  let covered: Segment[] = [];
  for (const list of lists) {
    if (list.length > 0) covered = fillGaps(covered, list);
  }
  return covered;
}

function fillGaps(covered: readonly Segment[], fill: readonly Segment[]): Segment[] {
  const result: Segment[] = [];
  let next = 0;
  for (const segment of fill) {
    let cursor = segment.fromMs;
    while (cursor < segment.toMs) {
      const upper = covered[next];
      if (upper === undefined || upper.fromMs >= segment.toMs) {
        result.push({ ...segment, fromMs: cursor });
        break;
      }
      if (upper.toMs <= cursor) {
        result.push(upper);
        next += 1;
        continue;
      }
      if (upper.fromMs > cursor) result.push({ ...segment, fromMs: cursor, toMs: upper.fromMs });
      cursor = upper.toMs;
      if (upper.toMs <= segment.toMs) {
        result.push(upper);
        next += 1;
      }
    }
  }
  result.push(...covered.slice(next));
  return result.sort((a, b) => a.fromMs - b.fromMs);
}
