import type { Clock, Timer } from '@tapwatt/hal';
import type { ConnectorRecord } from '../domain/records.js';
import type { Configuration } from '../ocpp/v16/configuration.js';
import type { ConnectorRegistry } from './connectors.js';
import type { Journal } from './journal/journal.js';
import { wantedReadings } from './wantedReadings.js';

export interface RecordsOptions {
  journal: Pick<Journal, 'apply' | 'lastSeq'>;
  configuration: Configuration;
  connectors: ConnectorRegistry;
  clock: Pick<Clock, 'after'>;
  /** A record is on disk and `recorded` follows: what the connector must know before that (limits before power). May come twice. */
  beforeAcknowledged: (connectorId: number, record: ConnectorRecord) => void;
  /** A record is on disk (once each, also when it had been applied before this process began). */
  onApplied: (connectorId: number, record: ConnectorRecord, owes: boolean) => void;
  /** The journal refused it; the connector sends it again. */
  onFailure: (error: unknown) => void;
  onSuccess: () => void;
}

/** Brings connectors' records into the journal, each once, in order and without gaps, and acknowledges them after that. */
export interface Records {
  take(connectorId: number, incarnation: string, seq: number, record: ConnectorRecord): void;
  stop(): void;
}

/** Connectors repeat by themselves every 5 s; after a failure sooner. */
const ASK_AGAIN_MS = 1000;

export function createRecords(options: RecordsOptions): Records {
  const { journal, connectors } = options;
  const last = new Map<string, number>();
  const timers = new Map<number, Timer>();

  const askAgain = (connectorId: number): void => {
    if (timers.has(connectorId)) return;
    const timer = options.clock.after(ASK_AGAIN_MS, () => {
      timers.delete(connectorId);
      connectors.send(connectorId, { t: 'resend' });
    });
    timers.set(connectorId, timer);
  };

  return {
    take(connectorId, incarnation, seq, record) {
      const life = `${connectorId} ${incarnation}`;
      try {
        const lastSeq = last.get(life) ?? journal.lastSeq(connectorId, incarnation);
        // A gap: what lies between was sent to a station thread that died. Acknowledging this would lose it.
        if (seq > lastSeq + 1) {
          askAgain(connectorId);
          return;
        }
        const applied = journal.apply({
          connectorId,
          incarnation,
          seq,
          record,
          wanted: wantedReadings(record, options.configuration),
        });
        // Infinity: the journal lost what it knew of this life; from here on it is known again.
        last.set(life, Number.isFinite(lastSeq) ? Math.max(lastSeq, seq) : seq);
        options.beforeAcknowledged(connectorId, record);
        connectors.send(connectorId, { t: 'recorded', seq });
        options.onSuccess();
        if (applied.t === 'applied') options.onApplied(connectorId, record, applied.owes);
      } catch (error) {
        options.onFailure(error);
        askAgain(connectorId);
      }
    },
    stop() {
      for (const timer of timers.values()) timer.cancel();
      timers.clear();
    },
  };
}
