import type { Clock } from '@tapwatt/hal';
import type { ConnectorSnapshot } from '../domain/records.js';
import type { ToConnector } from '../threads/messages.js';
import type { LastSession } from './tapRouting.js';

/** What of a connector never changes while the process runs. */
export interface ConnectorFacts {
  connectorId: number;
  phases: number;
  /** What cable and fuse allow, per phase. */
  maximumMa: number;
  hasLock: boolean;
  hasPlugSensor: boolean;
}

/** The connectors as the station sees them: facts, last snapshot, and a way to speak to each. */
export interface ConnectorRegistry {
  readonly ids: readonly number[];
  facts(connectorId: number): ConnectorFacts | null;
  /** Null until its thread has shown itself. */
  snapshot(connectorId: number): ConnectorSnapshot | null;
  /** Monotonic time at which the cable that is in came in; null while none is, or without a sensor. */
  pluggedSinceMs(connectorId: number): number | null;
  /** Takes a new snapshot. Gives the one before it. */
  update(snapshot: ConnectorSnapshot): ConnectorSnapshot | null;
  send(connectorId: number, message: ToConnector): void;
  /** To one connector, or (null, 0) to all. */
  sendTo(connectorId: number | null, message: ToConnector): void;
  /** An authorisation is on its way to it: it is nobody else's until its next snapshot, or for two seconds. */
  claim(connectorId: number): void;
  isClaimed(connectorId: number): boolean;
  /** A session ended here. Forgotten when its cable is out. */
  sessionEnded(connectorId: number, session: LastSession): void;
  lastSession(connectorId: number): LastSession | null;
}

const CLAIM_MS = 2000;

export function createConnectorRegistry(
  facts: readonly ConnectorFacts[],
  clock: Pick<Clock, 'monotonicMs'>,
  post: (connectorId: number, message: ToConnector) => void,
): ConnectorRegistry {
  const known = new Map(facts.map((entry) => [entry.connectorId, entry]));
  const snapshots = new Map<number, ConnectorSnapshot>();
  const plugged = new Map<number, number>();
  const claims = new Map<number, number>();
  const sessions = new Map<number, LastSession>();

  return {
    ids: [...known.keys()].sort((a, b) => a - b),
    facts: (connectorId) => known.get(connectorId) ?? null,
    snapshot: (connectorId) => snapshots.get(connectorId) ?? null,
    pluggedSinceMs: (connectorId) => plugged.get(connectorId) ?? null,
    update(snapshot) {
      const { connectorId } = snapshot;
      const before = snapshots.get(connectorId) ?? null;
      snapshots.set(connectorId, snapshot);
      if (snapshot.pluggedIn !== true) plugged.delete(connectorId);
      else if (before?.pluggedIn !== true || !plugged.has(connectorId)) plugged.set(connectorId, clock.monotonicMs());
      if (snapshot.transaction !== null || snapshot.waitingIdTag !== null) claims.delete(connectorId);
      if (snapshot.pluggedIn !== true && snapshot.transaction === null) sessions.delete(connectorId);
      return before;
    },
    send: post,
    sendTo(connectorId, message) {
      for (const id of known.keys())
        if (connectorId === null || connectorId === 0 || connectorId === id) post(id, message);
    },
    claim(connectorId) {
      claims.set(connectorId, clock.monotonicMs() + CLAIM_MS);
    },
    isClaimed: (connectorId) => (claims.get(connectorId) ?? Number.NEGATIVE_INFINITY) > clock.monotonicMs(),
    sessionEnded: (connectorId, session) => {
      sessions.set(connectorId, session);
    },
    lastSession: (connectorId) => sessions.get(connectorId) ?? null,
  };
}
