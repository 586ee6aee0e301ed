import type { Health } from '@tapwatt/hal';
import type { AnomalyFinding } from '@tapwatt/ocpp/anomaly/index.js';
import type { ActiveAnomaly } from '../anomaly/currentWatch.js';
import type { ChargePointConfig } from '../config/config.js';
import { TAPWATT_VERSION } from '../config/version.js';
import type { ConnectorSnapshot } from '../domain/records.js';
import type { StationState } from '../threads/messages.js';

/** A part's health, as /state shows it. */
export interface HealthView {
  health: Health['state'] | 'none';
  reason?: string;
  fix?: string;
}

/** GET /state. See charge-point-control.md. */
export interface ControlState {
  version: string;
  uptimeS: number;
  chargePointId: string;
  simulated: boolean;
  csms: StationState['csms'];
  clock: { trusted: boolean };
  reader: HealthView;
  /** `listen`: where the simulated bus can be listened to with socketcand clients. */
  can: HealthView & { listen: { host: string; port: number } | null };
  /** `pending` and `deadLetters` are null while the journal is not open: nobody knows then. */
  queue: { pending: number | null; oldestAt: string | null; deadLetters: number | null };
  threads: { name: string; state: string; restarts: number }[];
  connectors: ConnectorView[];
}

export interface ConnectorView {
  connectorId: number;
  status: ConnectorSnapshot['status'];
  errorCode: ConnectorSnapshot['errorCode'];
  info: string | null;
  pluggedIn: boolean | null;
  waitingIdTag: string | null;
  powerOn: boolean;
  /** The meter's register. */
  energyWh: number;
  /** What is wrong with its current now; `since` RFC 3339. */
  anomalies: (AnomalyFinding & { since: string })[];
  transaction: {
    localId: string;
    transactionId: number | null;
    idTag: string;
    startedAt: string;
    meterStartWh: number;
    energyWh: number;
    currentA: number;
    limitA: number;
  } | null;
}

export interface StateSources {
  config: ChargePointConfig;
  uptimeMs: number;
  station: StationState | null;
  reader: Health | null;
  can: { state: 'up' } | { state: 'down'; reason: string; fix: string } | null;
  canListen: { host: string; port: number } | null;
  simulated: boolean;
  threads: ControlState['threads'];
  connectors: readonly {
    connectorId: number;
    snapshot: ConnectorSnapshot | null;
    pluggedIn: boolean | null;
    powerOn: boolean;
    energyWh: number;
    anomalies: readonly ActiveAnomaly[];
  }[];
}

/** Puts together what everybody said last. */
export function composeState(sources: StateSources): ControlState {
  const { config, station } = sources;
  return {
    version: TAPWATT_VERSION,
    uptimeS: Math.floor(sources.uptimeMs / 1000),
    chargePointId: config.csms.chargePointId,
    simulated: sources.simulated,
    csms: station?.csms ?? { connected: false, url: config.csms.url, ocppVersion: null, registration: 'none' },
    clock: station?.clock ?? { trusted: false },
    reader: sources.reader === null ? readerAbsent(config) : healthView(sources.reader),
    can: { ...canView(sources.can), listen: sources.canListen },
    queue: station?.queue ?? { pending: null, oldestAt: null, deadLetters: null },
    threads: sources.threads,
    connectors: sources.connectors.map((connector) => connectorView(connector, station?.transactionIds ?? {})),
  };
}

/** No reader object: there is none by configuration, or the hardware is still being opened. */
function readerAbsent(config: ChargePointConfig): HealthView {
  return { health: config.reader.kind === 'none' ? 'none' : 'starting' };
}

function healthView(health: Health): HealthView {
  return health.state === 'failed'
    ? { health: 'failed', reason: health.reason, fix: health.fix }
    : { health: health.state };
}

function canView(can: StateSources['can']): HealthView {
  if (can === null) return { health: 'starting' };
  return can.state === 'up' ? { health: 'ok' } : { health: 'failed', reason: can.reason, fix: can.fix };
}

function connectorView(
  connector: StateSources['connectors'][number],
  transactionIds: Record<string, number>,
): ConnectorView {
  const { connectorId, snapshot, powerOn, energyWh } = connector;
  const transaction = snapshot?.transaction ?? null;
  return {
    connectorId,
    // Nothing can be charged before the thread has shown itself.
    status: snapshot?.status ?? 'Unavailable',
    errorCode: snapshot?.errorCode ?? 'NoError',
    info: snapshot?.info ?? null,
    pluggedIn: connector.pluggedIn,
    waitingIdTag: snapshot?.waitingIdTag ?? null,
    powerOn,
    energyWh,
    anomalies: connector.anomalies.map(({ finding, since }) => ({
      ...finding,
      since: new Date(since.wallMs).toISOString(),
    })),
    transaction:
      transaction === null
        ? null
        : {
            localId: transaction.localId,
            transactionId: transactionIds[transaction.localId] ?? null,
            idTag: transaction.idTag,
            startedAt: new Date(transaction.startedAt.wallMs).toISOString(),
            meterStartWh: transaction.meterStartWh,
            energyWh: transaction.energyWh,
            currentA: transaction.currentMa / 1000,
            limitA: transaction.limitMa / 1000,
          },
  };
}
