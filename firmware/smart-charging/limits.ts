import type { ConnectorContext, InstalledProfile, ProfilePurpose } from './profile.js';
import { profileSegments, type Segment, stackSegments } from './segments.js';

/**
 * A limit that holds from `fromMs` until the next one. `limitMa` is per phase and may have a fraction (from watts):
 * round it down where it is used; null is no limit.
 */
export interface LimitStep {
  fromMs: number;
  limitMa: number | null;
  /** Phases that the deciding profile asks for; null when it says nothing. */
  numberPhases: number | null;
}

/**
 * The limits that charging profiles put on one connector within [fromMs, toMs), in order of time, equal neighbours
 * merged (1.6 §3.13.3): TxProfile before TxDefaultProfile, the higher stack level before the lower, and never above
 * ChargePointMaxProfile. Connector 0 sees ChargePointMaxProfile only.
 */
export function limitSteps(
  installed: readonly InstalledProfile[],
  context: ConnectorContext,
  fromMs: number,
  toMs: number,
): LimitStep[] {
  const relativeStartMs = context.transaction?.startedAtMs ?? fromMs;
  const segmentsOf = (purpose: ProfilePurpose): Segment[] =>
    stackSegments(
      candidates(installed, context, purpose).map((p) => profileSegments(p.profile, relativeStartMs, fromMs, toMs)),
    );
  const maximum = segmentsOf('ChargePointMaxProfile');
  const own = context.connectorId === 0 ? [] : stackSegments([segmentsOf('TxProfile'), segmentsOf('TxDefaultProfile')]);
  return merge(minimum(maximum, own, context, fromMs, toMs));
}

/** Profiles of one purpose that concern the connector, the winning one first. */
function candidates(
  installed: readonly InstalledProfile[],
  context: ConnectorContext,
  purpose: ProfilePurpose,
): InstalledProfile[] {
  return installed
    .filter((installedProfile) => installedProfile.profile.purpose === purpose && concerns(installedProfile, context))
    .sort(
      (a, b) =>
        b.profile.stackLevel - a.profile.stackLevel ||
        // 1.6 §5.16: a default for one connector is more specific than the default for all.
        b.connectorId - a.connectorId,
    );
}

function concerns({ connectorId, profile }: InstalledProfile, context: ConnectorContext): boolean {
  switch (profile.purpose) {
    case 'ChargePointMaxProfile':
      return connectorId === 0;
    case 'TxDefaultProfile':
      return connectorId === 0 || connectorId === context.connectorId;
    case 'TxProfile':
      return connectorId === context.connectorId && belongsToTransaction(profile.transactionId, context);
  }
}

function belongsToTransaction(transactionId: number | null, context: ConnectorContext): boolean {
  if (context.transaction === null) return false;
  return transactionId === null || transactionId === context.transaction.transactionId;
}

/** Walks both lists at once and takes the lower limit wherever both say something. */
function minimum(
  first: readonly Segment[],
  second: readonly Segment[],
  context: ConnectorContext,
  fromMs: number,
  toMs: number,
): LimitStep[] {
  const edges = new Set<number>([fromMs]);
  for (const segment of [...first, ...second]) {
    edges.add(segment.fromMs);
    if (segment.toMs < toMs) edges.add(segment.toMs);
  }
  const steps: LimitStep[] = [];
  const cursors = [
    { list: first, index: 0 },
    { list: second, index: 0 },
  ];
  for (const edgeMs of [...edges].sort((a, b) => a - b)) {
    let step: LimitStep = { fromMs: edgeMs, limitMa: null, numberPhases: null };
    for (const cursor of cursors) {
      while ((cursor.list[cursor.index]?.toMs ?? Infinity) <= edgeMs) cursor.index += 1;
      const segment = cursor.list[cursor.index];
      if (segment === undefined || segment.fromMs > edgeMs) continue;
      const limitMa = segmentLimitMa(segment, context);
      if (step.limitMa === null || limitMa < step.limitMa) {
        step = { fromMs: edgeMs, limitMa, numberPhases: segment.numberPhases };
      }
    }
    steps.push(step);
  }
  return steps;
}

/**
 * A limit in mA per phase. Watts are shared by the phases that are really used: the profile's number (3 when it
 * says nothing), but no more than the connector has.
 */
function segmentLimitMa(segment: Segment, context: ConnectorContext): number {
  if (segment.unit === 'A') return segment.limit * 1000;
  return (segment.limit * 1000) / (context.voltageV * phasesInUse(segment.numberPhases, context.phases));
}

/** How many phases carry the current. */
export function phasesInUse(numberPhases: number | null, connectorPhases: number): number {
  return Math.max(1, Math.min(numberPhases ?? 3, connectorPhases));
}

function merge(steps: readonly LimitStep[]): LimitStep[] {
  const merged: LimitStep[] = [];
  for (const step of steps) {
    const last = merged.at(-1);
    if (last !== undefined && last.limitMa === step.limitMa && last.numberPhases === step.numberPhases) continue;
    merged.push(step);
  }
  return merged;
}

/** How far ahead `currentLimit` looks for the next change. */
const HORIZON_MS = 86_400_000;

/**
 * The limit in force at `nowMs` and when it changes next (null: not within a day).
 */
export function currentLimit(
  installed: readonly InstalledProfile[],
  context: ConnectorContext,
  nowMs: number,
): { limitMa: number | null; nextChangeMs: number | null } {
  const steps = limitSteps(installed, context, nowMs, nowMs + HORIZON_MS);
  return { limitMa: steps[0]?.limitMa ?? null, nextChangeMs: steps[1]?.fromMs ?? null };
}
