import { isDeepStrictEqual } from 'node:util';
import type { ConnectorSnapshot, ConnectorStatus } from '../domain/records.js';
import type { Stamp } from '../domain/stamp.js';
import { awaitsTag, blockingFault, cableOut, mayCharge, offeredMa, usedWh, warningFault } from './facts.js';
import { type ConnectorState, openTransaction } from './state.js';
import { deriveStatus, statusWalk } from './status.js';

type Reported = Pick<ConnectorSnapshot, 'errorCode' | 'info' | 'vendorId' | 'vendorErrorCode'>;

const NO_FAULT: Reported = { errorCode: 'NoError', info: null, vendorId: null, vendorErrorCode: null };

/** 1.6 §4.9: EVCommunicationError "SHALL only be used with" these. */
const EV_COMMUNICATION_STATUSES: readonly ConnectorStatus[] = [
  'Preparing',
  'SuspendedEV',
  'SuspendedEVSE',
  'Finishing',
];

/** Statuses without a fault in them to which §4.9 gives this sentence when the car was unplugged. */
const EV_SIDE_DISCONNECTED = 'EV side disconnected';

function errorOf(state: ConnectorState, status: ConnectorStatus): Reported {
  const fault = status === 'Faulted' ? blockingFault(state) : warningFault(state);
  if (fault !== null && (fault.errorCode !== 'EVCommunicationError' || EV_COMMUNICATION_STATUSES.includes(status)))
    return fault;
  const disconnected = cableOut(state) && (status === 'SuspendedEV' || (status === 'Finishing' && endedByCable(state)));
  return disconnected ? { ...NO_FAULT, info: EV_SIDE_DISCONNECTED } : NO_FAULT;
}

/** A cable pulled from a connector that is Finishing already ended nothing: the same status is not told again for it. */
function endedByCable({ told: { snapshot } }: ConnectorState): boolean {
  return snapshot?.status !== 'Finishing' || snapshot.info === EV_SIDE_DISCONNECTED;
}

function describe(state: ConnectorState, status: ConnectorStatus, at: Stamp): ConnectorSnapshot {
  const { errorCode, info, vendorId, vendorErrorCode } = errorOf(state, status);
  const transaction = openTransaction(state);
  const { phase } = state;
  return {
    connectorId: state.traits.connectorId,
    status,
    errorCode,
    info,
    vendorId,
    vendorErrorCode,
    pluggedIn: state.pluggedIn,
    transaction:
      transaction === null
        ? null
        : {
            localId: transaction.localId,
            idTag: transaction.authorization.idTag,
            parentIdTag: transaction.authorization.parentIdTag,
            startedAt: transaction.startedAt,
            meterStartWh: transaction.meterStartWh,
            energyWh: usedWh(transaction),
            currentMa: Math.max(0, ...state.reading.currentMa),
            limitMa: offeredMa(state),
          },
    waitingIdTag: phase.t === 'authorized' || phase.t === 'securing' ? phase.authorization.idTag : null,
    waitingForTag:
      awaitsTag(state) ||
      (phase.t === 'idle' && state.pluggedIn === true && state.reservation !== null && mayCharge(state)),
    at,
  };
}

/**
 * The snapshots that are due after a step, in order: none when nothing changed, more than one when the status moved
 * along several transitions of §4.9's table. `at` is kept while status and error stay what they were.
 */
export function dueSnapshots(state: ConnectorState, at: Stamp): ConnectorSnapshot[] {
  const status = deriveStatus(state);
  const last = state.told.snapshot;
  if (last === null) return [describe(state, status, at)];
  const walk = statusWalk(last.status, status, state.pluggedIn === true);
  const between = walk.slice(0, -1).map((passed) => describe(state, passed, at));
  const now = describe(state, status, at);
  const same =
    last.status === now.status &&
    last.errorCode === now.errorCode &&
    last.info === now.info &&
    last.vendorId === now.vendorId &&
    last.vendorErrorCode === now.vendorErrorCode;
  const next = same ? { ...now, at: last.at } : now;
  return isDeepStrictEqual(last, next) && !state.told.repeatSnapshot ? [] : [...between, next];
}
