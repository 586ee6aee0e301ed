import { EXIT, explainFailure } from 'tapwatt/cli/exitCodes.js';
import { duration, renderStatus } from 'tapwatt/cli/statusView.js';
import { createStyle } from 'tapwatt/cli/style.js';
import { ConfigError } from 'tapwatt/config/problems.js';
import { NotReachable } from 'tapwatt/control/client.js';
import { ControlError } from 'tapwatt/control/errors.js';
import type { ConnectorView, ControlState } from 'tapwatt/supervisor/state.js';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

const free: ConnectorView = {
  connectorId: 1,
  status: 'Available',
  errorCode: 'NoError',
  info: null,
  pluggedIn: null,
  waitingIdTag: null,
  powerOn: false,
  energyWh: 5,
  anomalies: [],
  transaction: null,
};
const state: ControlState = {
  version: '0.1.0',
  uptimeS: 3700,
  chargePointId: 'CP-1',
  simulated: false,
  csms: { connected: true, url: 'ws://x/ocpp', ocppVersion: '1.6', registration: 'Accepted' },
  clock: { trusted: true },
  reader: { health: 'failed', reason: 'no answer', fix: 'check the wiring' },
  can: { health: 'ok', listen: null },
  queue: { pending: 2, oldestAt: '2026-01-01T00:00:00Z', deadLetters: 1 },
  threads: [{ name: 'connector-2', state: 'waiting', restarts: 3 }],
  connectors: [
    free,
    {
      ...free,
      connectorId: 2,
      status: 'Charging',
      pluggedIn: true,
      transaction: {
        localId: 'l',
        transactionId: null,
        idTag: 'A1B2C3D4',
        startedAt: 't',
        meterStartWh: 0,
        energyWh: 1234,
        currentA: 15.96,
        limitA: 16,
      },
    },
    { ...free, connectorId: 3, status: 'Faulted', errorCode: 'GroundFailure', info: 'RCD' },
  ],
};

test('status as a table in plain words', () => {
  const lines = renderStatus(state, createStyle(false, {}));
  assert.equal(lines, [
    'Charge point    CP-1, tapwatt 0.1.0, up 1 h 1 min',
    'Central system  connected, accepted, OCPP 1.6, ws://x/ocpp',
    'Card reader     does not work: no answer → check the wiring',
    'CAN bus         works',
    'Queue           2 messages wait, the oldest since 2026-01-01T00:00:00Z; 1 given up (kept in the journal)',
    'Clock           trusted',
    '',
    '#  Status                      Cable      Card      Energy     Current  Limit   Transaction',
    '1  free                        no sensor  –         –          –        –       –',
    '2  charging                    in         A1B2C3D4  1.234 kWh  16.0 A   16.0 A  not yet numbered',
    '3  fault: GroundFailure (RCD)  no sensor  –         –          –        –       –',
    '',
    'The thread connector-2 ended and is started again.',
  ]);
});

test('what is wrong with a current is named with its figures', () => {
  const anomaly = {
    kind: 'runaway',
    windowMs: 5000,
    figure: 6000,
    threshold: 3200,
    unit: 'mA',
    currentMa: 38_000,
    limitMa: 32_000,
    commanded: false,
    since: 't',
  } as const;
  const lines = renderStatus({ ...state, connectors: [{ ...free, anomalies: [anomaly] }] }, createStyle(false, {}));
  assert.ok(
    lines.includes('Connector 1: current above its limit: 6.0 A over 5.0 s (threshold 3.2 A)'),
    lines.join('\n'),
  );
});

test('what is not known is not shown as zero', () => {
  const starting: ControlState = { ...state, queue: { pending: null, oldestAt: null, deadLetters: null } };
  assert.ok(
    renderStatus(starting, createStyle(false, {})).some((line) => line.includes('the journal is not open yet')),
  );
});

test('colours on a terminal only, and never with NO_COLOR', () => {
  const coloured = (isTerminal: boolean, environment: NodeJS.ProcessEnv): boolean =>
    renderStatus(state, createStyle(isTerminal, environment)).join('').includes('\u001b[');
  assert.ok(coloured(true, { TERM: 'xterm' }));
  assert.not(coloured(false, { TERM: 'xterm' }));
  assert.not(coloured(true, { TERM: 'xterm', NO_COLOR: '1' }));
});

test('durations', () => {
  assert.equal([0, 59, 61, 3600, 90_061].map(duration), ['0 s', '59 s', '1 min 1 s', '1 h', '1 d 1 h']);
});

test('every failure has its exit status', () => {
  const problem = {
    path: '',
    origin: { kind: 'flag', flag: '--set x' },
    message: 'm',
    hint: 'h',
  } as const;
  assert.is(explainFailure(new ConfigError([problem])).status, EXIT.config);
  assert.is(explainFailure(new NotReachable('ECONNREFUSED', 'm', 'h')).status, EXIT.notReachable);
  assert.is(explainFailure(new NotReachable('EACCES', 'm', 'h')).status, EXIT.permission);
  assert.is(explainFailure(new ControlError(409, 'AlreadyRunning', 'm', 'h')).status, EXIT.failed);
  assert.is(explainFailure(new ControlError(500, 'EACCES', 'm', 'h')).status, EXIT.permission);
  assert.equal(explainFailure('text'), { status: EXIT.failed, message: 'text', hint: null });
});

test.run();
