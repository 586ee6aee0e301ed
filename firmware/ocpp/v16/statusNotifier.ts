import type { Clock, Timer } from '@tapwatt/hal';
import type { Stamp } from '../../domain/stamp.js';
import type { Outcome, Outgoing, Source } from '../outgoing.js';
import { type StatusReport, sameReport, statusNotification } from './translate/statusNotification.js';

export interface StatusNotifierOptions {
  clock: Pick<Clock, 'after' | 'monotonicMs'>;
  /** Wall time of a stamp, Unix epoch milliseconds. */
  wallMs: (at: Stamp) => number;
  /** MinimumStatusDuration. */
  minimumDurationS: () => number;
  /** There is something to send. */
  kick: () => void;
}

export interface StatusNotifier {
  /** What a connector (0: the charge point itself) is now. */
  update(report: StatusReport, at: Stamp): void;
  /** Registered: report 0 and every connector, whatever was said before (errata 3.22). */
  registered(): void;
  /** Connected again after having been registered: report what changed meanwhile, and only its present state (§4.9). */
  reconnected(): void;
  disconnected(): void;
  /** TriggerMessage(StatusNotification). @param connectorId null for all */
  trigger(connectorId: number | null): void;
  /** Oldest report that waits; null when none does. */
  head(): { at: Stamp } | null;
  /** Takes the head to be sent. */
  take(): Outgoing | null;
  /** What was triggered: may be sent while Pending. */
  readonly triggered: Source;
}

interface Known {
  report: StatusReport;
  at: Stamp;
  /** What the central system has acknowledged. */
  acknowledged: StatusReport | null;
  /** Acknowledged or on its way. */
  told: StatusReport | null;
  timer: Timer | null;
}

interface Waiting {
  report: StatusReport;
  at: Stamp;
}

/** Decides which StatusNotifications are owed: every change while online, the present state after having been away. */
export function createStatusNotifier(options: StatusNotifierOptions): StatusNotifier {
  const { clock } = options;
  const connectors = new Map<number, Known>();
  let queue: Waiting[] = [];
  const triggered: number[] = [];
  let online = false;

  const consider = (known: Known): void => {
    known.timer?.cancel();
    known.timer = null;
    if (!online) return;
    const ageMs = clock.monotonicMs() - known.at.monotonicMs;
    const minimumMs = options.minimumDurationS() * 1000;
    // The first report after a registration does not wait: the central system knows nothing yet.
    if (known.told !== null && ageMs < minimumMs) {
      known.timer = clock.after(minimumMs - ageMs, () => consider(known));
      return;
    }
    if (known.told !== null && sameReport(known.told, known.report)) return;
    known.told = known.report;
    queue.push({ report: known.report, at: known.at });
    options.kick();
  };

  const considerAll = (): void => {
    queue = [];
    const inOrder = [...connectors.values()].sort((a, b) => a.report.connectorId - b.report.connectorId);
    for (const known of inOrder) {
      known.told = known.acknowledged;
      consider(known);
    }
  };

  const outgoing = ({ report, at }: Waiting): Outgoing => ({
    action: 'StatusNotification',
    payload: statusNotification(report, options.wallMs(at)),
    yields: true,
    settle: (outcome) => settled(report, outcome),
  });

  /**
   * Without an answer it is not acknowledged, and told again after the next connection. Not before: a central system that
   * never answers statuses must not hold up transaction messages. A CALLERROR does not get better by repeating (§3.7.1).
   */
  const settled = (report: StatusReport, outcome: Outcome): void => {
    const known = connectors.get(report.connectorId);
    if (known !== undefined && outcome.t !== 'no-answer') known.acknowledged = report;
  };

  return {
    update(report, at) {
      const known = connectors.get(report.connectorId);
      if (known === undefined) {
        const first: Known = { report, at, acknowledged: null, told: null, timer: null };
        connectors.set(report.connectorId, first);
        consider(first);
        return;
      }
      if (sameReport(known.report, report)) return;
      known.report = report;
      known.at = at;
      consider(known);
    },
    registered() {
      online = true;
      for (const known of connectors.values()) known.acknowledged = null;
      considerAll();
    },
    reconnected() {
      online = true;
      considerAll();
    },
    disconnected() {
      online = false;
      queue = [];
      for (const known of connectors.values()) {
        known.timer?.cancel();
        known.timer = null;
      }
    },
    trigger(connectorId) {
      const wanted = connectorId === null ? [...connectors.keys()].sort((a, b) => a - b) : [connectorId];
      triggered.push(...wanted.filter((id) => connectors.has(id)));
    },
    head: () => queue[0] ?? null,
    take: () => {
      const waiting = queue.shift();
      return waiting === undefined ? null : outgoing(waiting);
    },
    triggered: {
      name: 'triggered status',
      gate: 'pending',
      next: () => {
        const connectorId = triggered.shift();
        const known = connectorId === undefined ? undefined : connectors.get(connectorId);
        return known === undefined ? { t: 'empty' } : { t: 'send', outgoing: outgoing(known) };
      },
    },
  };
}
