import type { Clock } from '@tapwatt/hal';
import type { Source } from '../outgoing.js';
import { readTimestamp } from './translate/timestamp.js';

export interface HeartbeatOptions {
  clock: Pick<Clock, 'monotonicMs'>;
  /** HeartbeatInterval; 0 leaves one a day. */
  intervalS: () => number;
  /** Monotonic time of the last request of any kind. */
  lastSentMs: () => number | null;
  /** currentTime of the answer, Unix epoch milliseconds. */
  onTime: (currentTimeMs: number) => void;
}

export interface Heartbeat {
  /** Last in order: sends when nothing else was sent for an interval (1.6 §4.6). */
  readonly source: Source;
  /** TriggerMessage(Heartbeat). */
  readonly triggered: Source;
  trigger(): void;
  /** BootNotification brought the time, too: the day begins anew. */
  timeKnown(): void;
}

/** Whatever else is sent, the time is asked for once a day (1.6 §4.6, J §5.3). */
const DAY_MS = 86_400_000;

export function createHeartbeat(options: HeartbeatOptions): Heartbeat {
  const { clock } = options;
  let askedAtMs = clock.monotonicMs();
  let wanted = false;

  const outgoing = () => {
    askedAtMs = clock.monotonicMs();
    return {
      action: 'Heartbeat',
      payload: {},
      yields: true,
      settle: (outcome: { t: string; payload?: object }) => {
        if (outcome.payload === undefined) return;
        const currentTimeMs = readTimestamp(Reflect.get(outcome.payload, 'currentTime'));
        if (currentTimeMs !== null) options.onTime(currentTimeMs);
      },
    };
  };

  return {
    source: {
      name: 'heartbeat',
      gate: 'accepted',
      next: (nowMs) => {
        const intervalMs = options.intervalS() * 1000;
        const silentUntilMs =
          intervalMs === 0 ? Number.POSITIVE_INFINITY : (options.lastSentMs() ?? askedAtMs) + intervalMs;
        const untilMs = Math.min(silentUntilMs, askedAtMs + DAY_MS);
        return nowMs < untilMs ? { t: 'wait', untilMs } : { t: 'send', outgoing: outgoing() };
      },
    },
    triggered: {
      name: 'triggered heartbeat',
      gate: 'pending',
      next: () => {
        if (!wanted) return { t: 'empty' };
        wanted = false;
        return { t: 'send', outgoing: outgoing() };
      },
    },
    trigger() {
      wanted = true;
    },
    timeKnown() {
      askedAtMs = clock.monotonicMs();
    },
  };
}
