import type { Clock, Health, PowerModule, Timer } from '@tapwatt/hal';
import {
  type AnomalyFinding,
  type AnomalyKind,
  type DetectorState,
  EACH_SECOND,
  NOTHING_SEEN,
  takeSample,
  takeSilence,
} from '@tapwatt/ocpp/anomaly/index.js';
import type { Stamp } from '../domain/stamp.js';

/** One look at a connector's current, as `tapwatt scope` shows it. */
export interface CurrentReport {
  /** RFC 3339, UTC. */
  at: string;
  connectorId: number;
  /** Per phase, of frame 0x300; null while the module is silent. */
  currentMa: number | null;
  /** What the module was told; null while the power is off. */
  limitMa: number | null;
  /** Null: whoever looks does not know (a listener on the bus that saw neither START nor STOP). */
  powerOn: boolean | null;
  module: Health['state'];
  anomalies: AnomalyKind[];
}

/** An anomaly that is there now. */
export interface ActiveAnomaly {
  finding: AnomalyFinding;
  /** As far as its window shows. */
  since: Stamp;
}

export interface CurrentWatchOptions {
  clock: Clock;
  connectorId: number;
  powerModule: Pick<PowerModule, 'health' | 'onCurrent'>;
  /** The power lease: what the module was told last. */
  power: { readonly isOn: boolean | null; readonly limitMa: number | null };
  /** Something was detected or is over: everything that is there now. */
  onAnomalies(active: ActiveAnomaly[]): void;
}

/** Looks at every 0x300 of a connector, and at their absence. */
export interface CurrentWatch {
  readonly active: ActiveAnomaly[];
  /** The last minute, oldest first, then everything that comes. @returns how to stop */
  subscribe(listener: (report: CurrentReport) => void): () => void;
  close(): void;
}

const KEPT_REPORTS = 60;
const PERIOD_MS = 1000;
/** A report that comes a little late is no gap in the curve. */
const PATIENCE_MS = 1500;

export function createCurrentWatch(options: CurrentWatchOptions): CurrentWatch {
  const { clock, connectorId, power, powerModule } = options;
  const listeners = new Set<(report: CurrentReport) => void>();
  const reports: CurrentReport[] = [];
  let state: DetectorState = NOTHING_SEEN;
  let heardMs = clock.monotonicMs();
  let timer: Timer;

  const active = (): ActiveAnomaly[] =>
    Object.values(state.active).map(({ finding, fromMs }) => ({
      finding,
      since: { monotonicMs: fromMs, wallMs: clock.wallMs() - (clock.monotonicMs() - fromMs) },
    }));

  const report = (currentMa: number | null): void => {
    const next: CurrentReport = {
      at: new Date(clock.wallMs()).toISOString(),
      connectorId,
      currentMa,
      limitMa: power.limitMa,
      powerOn: power.isOn,
      module: powerModule.health.state,
      anomalies: Object.values(state.active).map(({ finding }) => finding.kind),
    };
    reports.push(next);
    if (reports.length > KEPT_REPORTS) reports.shift();
    for (const listener of [...listeners]) listener(next);
  };

  const take = (detection: ReturnType<typeof takeSample>): void => {
    state = detection.state;
    if (detection.changes.length > 0) options.onAnomalies(active());
  };

  const unsubscribe = powerModule.onCurrent((currentMa) => {
    heardMs = clock.monotonicMs();
    const sample = { atMs: heardMs, currentMa, limitMa: power.limitMa, permitted: power.isOn };
    take(takeSample(state, sample, EACH_SECOND));
    report(currentMa);
  });

  const look = (): void => {
    timer = clock.after(PERIOD_MS, look);
    const nowMs = clock.monotonicMs();
    if (nowMs - heardMs < PATIENCE_MS) return;
    // A module reports each second, whether or not somebody charges.
    take(takeSilence(state, heardMs, nowMs, EACH_SECOND));
    report(null);
  };
  timer = clock.after(PERIOD_MS, look);

  return {
    get active() {
      return active();
    },
    subscribe(listener) {
      for (const known of reports) listener(known);
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    close() {
      timer.cancel();
      unsubscribe();
      listeners.clear();
    },
  };
}
