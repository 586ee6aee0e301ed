import type { ConnectorSnapshot, Fault } from '../domain/records.js';
import type { Stamp } from '../domain/stamp.js';

/** A thread that cannot live cannot say so: main shows Faulted in its place. @param last what it showed before, if anything */
export function brokenSnapshot(
  last: ConnectorSnapshot | null,
  connector: { connectorId: number; pluggedIn: boolean | null },
  fault: Fault,
  at: Stamp,
): ConnectorSnapshot {
  const nothing = { ...connector, transaction: null, waitingIdTag: null };
  return { ...(last ?? nothing), ...fault, status: 'Faulted', waitingForTag: false, at };
}
