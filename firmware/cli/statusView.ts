import { anomalyFigures, anomalyName } from '@tapwatt/ocpp/anomaly/words.js';
import type { ConnectorView, ControlState, HealthView } from '../supervisor/state.js';
import { alignColumns, type Style } from './style.js';

const STATUS_WORDS: Record<ConnectorView['status'], string> = {
  Available: 'free',
  Preparing: 'preparing',
  Charging: 'charging',
  SuspendedEV: 'paused by the car',
  SuspendedEVSE: 'paused by the charger',
  Finishing: 'finished, cable still in',
  Reserved: 'reserved',
  Unavailable: 'out of service',
  Faulted: 'fault',
};

/** The state of a charge point for a person, in lines. */
export function renderStatus(state: ControlState, style: Style): string[] {
  const head = alignColumns([
    [
      'Charge point',
      `${state.chargePointId}, tapwatt ${state.version}, up ${duration(state.uptimeS)}${state.simulated ? ', simulated hardware' : ''}`,
    ],
    ['Central system', centralSystem(state)],
    ['Card reader', health(state.reader)],
    ['CAN bus', health(state.can)],
    ['Queue', queue(state)],
    ['Clock', state.clock.trusted ? 'trusted' : 'not yet trusted'],
  ]).map((line, index) => (index === 1 && !state.csms.connected ? style.yellow(line) : line));

  const table = alignColumns([
    ['#', 'Status', 'Cable', 'Card', 'Energy', 'Current', 'Limit', 'Transaction'],
    ...state.connectors.map(connectorRow),
  ]);
  const [header = '', ...rows] = table;
  const body = rows.map((row, index) => {
    const connector = state.connectors[index];
    if (connector?.status === 'Faulted') return style.red(row);
    return connector?.status === 'Charging' ? style.green(row) : row;
  });
  const anomalies = state.connectors.flatMap(({ connectorId, anomalies: found }) =>
    found.map((one) => style.yellow(`Connector ${connectorId}: ${anomalyName(one.kind)}: ${anomalyFigures(one)}`)),
  );
  const problems = state.threads
    .filter((thread) => thread.state === 'waiting' || thread.state === 'ended')
    .map((thread) => style.red(`The thread ${thread.name} ended and is started again.`));
  problems.unshift(...anomalies);
  return [...head, '', style.bold(header), ...body, ...(problems.length > 0 ? ['', ...problems] : [])];
}

function connectorRow(connector: ConnectorView): string[] {
  const { transaction } = connector;
  const status = STATUS_WORDS[connector.status];
  const error =
    connector.errorCode === 'NoError' ? '' : `: ${connector.errorCode}${connector.info ? ` (${connector.info})` : ''}`;
  const cable = connector.pluggedIn === null ? 'no sensor' : connector.pluggedIn ? 'in' : 'out';
  const card = transaction?.idTag ?? (connector.waitingIdTag === null ? '–' : `${connector.waitingIdTag} waits`);
  if (transaction === null) return [String(connector.connectorId), status + error, cable, card, '–', '–', '–', '–'];
  return [
    String(connector.connectorId),
    status + error,
    cable,
    card,
    `${(transaction.energyWh / 1000).toFixed(3)} kWh`,
    `${transaction.currentA.toFixed(1)} A`,
    `${transaction.limitA.toFixed(1)} A`,
    transaction.transactionId === null ? 'not yet numbered' : String(transaction.transactionId),
  ];
}

function centralSystem({ csms }: ControlState): string {
  if (!csms.connected) return `not connected, trying ${csms.url}`;
  const registration = csms.registration === 'none' ? 'registering' : csms.registration.toLowerCase();
  return `connected, ${registration}, OCPP ${csms.ocppVersion ?? '?'}, ${csms.url}`;
}

function health(view: HealthView): string {
  switch (view.health) {
    case 'ok':
      return 'works';
    case 'none':
      return 'none';
    case 'starting':
      return 'starting';
    case 'failed':
      return `does not work: ${view.reason ?? '?'}${view.fix ? ` → ${view.fix}` : ''}`;
  }
}

function queue({ queue: { pending, oldestAt, deadLetters } }: ControlState): string {
  if (pending === null) return 'the journal is not open yet';
  const waiting =
    pending === 0 ? 'empty' : `${pending} messages wait${oldestAt === null ? '' : `, the oldest since ${oldestAt}`}`;
  return deadLetters ? `${waiting}; ${deadLetters} given up (kept in the journal)` : waiting;
}

/** 75 as `1 min 15 s`, 90061 as `1 d 1 h`. */
export function duration(seconds: number): string {
  const units: [number, string][] = [
    [86_400, 'd'],
    [3600, 'h'],
    [60, 'min'],
    [1, 's'],
  ];
  let rest = seconds;
  const parts: string[] = [];
  for (const [size, name] of units) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) parts.push(`${count} ${name}`);
  }
  return parts.length === 0 ? '0 s' : parts.slice(0, 2).join(' ');
}
