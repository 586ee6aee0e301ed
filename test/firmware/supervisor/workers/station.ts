/**
 * A station thread without journal and network, for tests of supervision: it accepts every card, acknowledges every
 * record, and keeps open transactions in a file so that they outlive it, as the journal would.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import type { OpenTransaction } from 'tapwatt/domain/records.js';
import type { FromStation, StationWorkerData, ToStation } from 'tapwatt/threads/messages.js';

const port = parentPort;
if (port === null) throw new Error('a worker thread');
const { config } = workerData as StationWorkerData;
const file = join(config.stateDirectory, 'open-transactions.json');
const send = (message: FromStation): void => port.postMessage(message);

type Store = { open: Record<string, OpenTransaction>; log: string[]; lastSeq: Record<string, number> };
function load(): Store {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Store;
  } catch {
    return { open: {}, log: [], lastSeq: {} };
  }
}
const store = load();
const save = (): void => writeFileSync(file, JSON.stringify(store));

/** Tells the test what came, over the event stream. */
const tell = (type: string, data: Record<string, unknown>): void =>
  send({ t: 'event', event: { at: new Date().toISOString(), type, message: type, data } });

function record(connectorId: number, message: Extract<ToStation, { t: 'connector' }>['message']): void {
  if (message.t !== 'record') return;
  const { incarnation, seq, record: content } = message;
  const known = store.lastSeq[incarnation] ?? 0;
  if (seq > known + 1) return;
  if (seq === known + 1) {
    store.lastSeq[incarnation] = seq;
    store.log.push(content.t);
    if (content.t === 'TransactionStarted') {
      store.open[connectorId] = {
        localId: content.localId,
        authorization: content.authorization,
        meterStartWh: content.meterStartWh,
        startedAt: content.at,
        lastEnergyWh: content.meterStartWh,
        transactionId: 7,
        deauthorized: false,
      };
    } else if (content.t === 'TransactionEnded') delete store.open[connectorId];
    save();
    tell('Record', { connectorId, t: content.t });
  }
  send({ t: 'to-connector', connectorId, message: { t: 'recorded', seq: store.lastSeq[incarnation] ?? 0 } });
}

port.on('message', (message: ToStation) => {
  switch (message.t) {
    case 'connector':
      record(message.connectorId, message.message);
      if (message.message.t === 'snapshot') {
        tell('Snapshot', { connectorId: message.connectorId, status: message.message.snapshot.status });
      }
      return;
    case 'restore-wanted':
      tell('RestoreWanted', { connectorId: message.connectorId });
      send({
        t: 'restore',
        connectorId: message.connectorId,
        incarnation: message.incarnation,
        operative: true,
        transaction: store.open[message.connectorId] ?? null,
        reservation: null,
        limitMa: null,
        settings: {
          connectionTimeoutS: 60,
          stopTransactionOnEvSideDisconnect: true,
          unlockConnectorOnEvSideDisconnect: true,
          sampleIntervalS: 0,
          clockAlignedIntervalS: 0,
          stopTransactionOnInvalidId: true,
          maxEnergyOnInvalidIdWh: null,
          clockOffsetMs: 0,
        },
      });
      return;
    case 'tap': {
      const authorization = { idTag: message.idTag, parentIdTag: null, source: 'local', reservationId: null } as const;
      tell('StationTap', { idTag: message.idTag, connectorIds: message.connectorIds });
      for (const connectorId of message.connectorIds ?? [config.connectors[0]?.id ?? 1]) {
        send({ t: 'to-connector', connectorId, message: { t: 'authorize', authorization, at: message.at } });
      }
      return;
    }
    case 'query':
      send({ t: 'answer', requestId: message.requestId, ok: true, value: { asked: message.query.q } });
      return;
    case 'chaos':
      if (message.mode === 'exit') process.exit(1);
      if (message.mode === 'throw') throw new Error('thrown on purpose');
      for (;;);
    case 'shutdown':
      tell('Closing', { reason: message.reason });
      send({ t: 'closed' });
      port.close();
      return;
    case 'reader-health':
      return;
  }
});

send({ t: 'ready', meterFloorsWh: {} });
send({
  t: 'state',
  state: {
    csms: { connected: false, url: config.csms.url, ocppVersion: null, registration: 'none' },
    clock: { trusted: true },
    queue: { pending: 0, oldestAt: null, deadLetters: 0 },
    transactionIds: Object.fromEntries(Object.values(store.open).map((t) => [t.localId, t.transactionId ?? 0])),
  },
});
setInterval(() => send({ t: 'alive' }), 500).unref();
send({ t: 'alive' });
