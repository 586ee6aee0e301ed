import {
  type AnomalyKind,
  type CurrentSample,
  type DetectorState,
  EACH_SECOND,
  everyInterval,
  NOTHING_SEEN,
  takeSample,
  takeSilence,
} from '@tapwatt/ocpp/anomaly/index.js';
import type { Random } from '../../support/random.js';
import type { Second, Session } from './session.js';

/** Who looks: the charge point at each 0x300, or a CSMS at meter values every `intervalS`. */
export type Observer = { who: 'charge point' } | { who: 'csms'; intervalS: number };

export const OBSERVERS: readonly Observer[] = [
  { who: 'charge point' },
  ...[1, 5, 10, 30, 60].map((intervalS) => ({ who: 'csms' as const, intervalS })),
];

export function nameOf(observer: Observer): string {
  return observer.who === 'csms' ? `csms, each ${observer.intervalS} s` : observer.who;
}

/** An alarm that was raised, and when. */
export interface Raised {
  kind: AnomalyKind;
  atS: number;
}

interface Reading {
  atMs: number;
  sample: CurrentSample | null;
  /** Whether a report is owed while none comes. */
  owed: boolean;
}

/** What the detectors say of a session, with lost samples, jitter, noise and rounding between truth and detector. */
export function observe(random: Random, session: Session, observer: Observer): Raised[] {
  const parameters = observer.who === 'csms' ? everyInterval(observer.intervalS * 1000) : EACH_SECOND;
  const readings =
    observer.who === 'csms' ? meterValues(random, session, observer.intervalS) : reports(random, session);
  let state: DetectorState = NOTHING_SEEN;
  let lastMs = readings[0]?.atMs ?? 0;
  const raised: Raised[] = [];
  for (const { atMs, sample, owed } of readings) {
    if (sample !== null) lastMs = atMs;
    const taken =
      sample === null
        ? takeSilence(state, owed ? lastMs : null, atMs, parameters)
        : takeSample(state, sample, parameters);
    state = taken.state;
    for (const { t, finding } of taken.changes)
      if (t === 'detected') raised.push({ kind: finding.kind, atS: atMs / 1000 });
  }
  return raised;
}

/** 0x300 each second: one in 200 lost, ±30 ms, ±0.5 % and ±0.1 A, in steps of 0.1 or 1 A. */
function reports(random: Random, { seconds }: Session): Reading[] {
  const stepMa = random.pick([100, 1000]);
  return seconds.map((second, s) => {
    const atMs = s * 1000 + random.integer(-30, 30);
    const lost = !second.reporting || random.next() < 0.005;
    const sample = {
      atMs,
      currentMa: Math.floor(measured(random, second) / stepMa) * stepMa,
      limitMa: second.powerOn ? second.limitMa : null,
      permitted: second.powerOn,
    };
    return { atMs, sample: lost ? null : sample, owed: true };
  });
}

/**
 * Meter values: 2 % lost, time stamps in whole seconds and ±0.5 s beside the interval, the limit as the CSMS knows it
 * up to 1 s too early or too late. Without a session they come as clock-aligned values do.
 */
function meterValues(random: Random, { seconds }: Session, intervalS: number): Reading[] {
  const readings: Reading[] = [];
  for (let s = random.integer(0, intervalS - 1); s < seconds.length; s += 1) {
    const second = seconds[s];
    if (second === undefined) break;
    const isDue = s % intervalS === 0;
    const lost = !second.reporting || random.next() < 0.02;
    const atMs = s * 1000;
    if (!isDue || lost) {
      readings.push({ atMs, sample: null, owed: second.session });
      continue;
    }
    const known = seconds[Math.max(0, s + random.integer(-1, 1))] ?? second;
    const jitterMs = intervalS === 1 ? 0 : random.integer(-1, 1) * 1000;
    readings.push({
      atMs,
      sample: {
        atMs: atMs + jitterMs,
        currentMa: Math.round(measured(random, second) / 100) * 100,
        limitMa: second.session ? known.limitMa : null,
        permitted: second.session,
      },
      owed: second.session,
    });
  }
  return readings;
}

function measured(random: Random, { currentMa }: Second): number {
  if (currentMa === 0) return Math.round(random.next() * 100);
  return Math.max(0, currentMa * (1 + (random.next() - 0.5) * 0.01) + (random.next() - 0.5) * 200);
}
