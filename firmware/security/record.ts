import type { Clock } from '@tapwatt/hal';
import type { Stamp } from '../domain/stamp.js';
import type { SecurityLogLine } from '../maintenance/archive/securityLog.js';
import type { Journal } from '../station/journal/journal.js';
import { quietTimeMs, type RecordSecurityEvent, SECURITY_EVENTS, type SecurityEventType } from './events.js';

export interface RecorderOptions {
  journal: Pick<Journal, 'securityLog' | 'outbox' | 'atomically'>;
  clock: Pick<Clock, 'monotonicMs'>;
  stamp: () => Stamp;
  /** There is something new in the outbox. */
  kick: () => void;
  failed: (error: unknown, doing: string) => void;
}

export interface Recorder {
  record: RecordSecurityEvent;
  /** The security log, oldest first. */
  lines(): SecurityLogLine[];
}

const KEPT = 1000;
/** SecurityEventNotification.techInfo. */
const TECH_INFO_MAXIMUM = 255;

/**
 * Every security event goes into the log and is owed to the central system in the same commit (A04.FR.01, FR.02, FR.04).
 * The white paper demands the push of critical ones only; the others are told, too, at most one in ten minutes of those
 * that anybody on the network can cause.
 */
export function createRecorder(options: RecorderOptions): Recorder {
  const { journal } = options;
  const quiet = new Map<SecurityEventType, { sinceMs: number; suppressed: number }>();

  const suppressed = (type: SecurityEventType): number | null => {
    const quietMs = quietTimeMs(type);
    if (quietMs === 0) return 0;
    const nowMs = options.clock.monotonicMs();
    const last = quiet.get(type);
    if (last !== undefined && nowMs - last.sinceMs < quietMs) {
      last.suppressed += 1;
      return null;
    }
    quiet.set(type, { sinceMs: nowMs, suppressed: 0 });
    return last?.suppressed ?? 0;
  };

  return {
    record(type, techInfo) {
      const more = suppressed(type);
      if (more === null) return;
      const words = [...(techInfo === undefined ? [] : [techInfo]), ...(more === 0 ? [] : [`and ${more} more before`])];
      const text = words.join('; ').slice(0, TECH_INFO_MAXIMUM);
      const at = options.stamp();
      try {
        journal.atomically(() => {
          journal.securityLog.add({ type, techInfo: text === '' ? null : text, at });
          journal.outbox.enqueue({
            type: 'SecurityEventNotification',
            body: { type, ...(text === '' ? {} : { techInfo: text }) },
            chain: 'security',
            connectorId: null,
            at,
          });
        });
      } catch (error) {
        // A full or broken disk: what caused the event must go on all the same.
        options.failed(error, `security event ${type}`);
        return;
      }
      options.kick();
    },
    lines: () =>
      journal.securityLog.list(KEPT).map(({ type, techInfo, time }) => ({
        timestamp: new Date(time.ms).toISOString(),
        type,
        techInfo,
        critical: type in SECURITY_EVENTS && SECURITY_EVENTS[type as SecurityEventType].critical,
      })),
  };
}
