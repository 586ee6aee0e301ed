import type { Clock } from '@tapwatt/hal';
import type { ChargePointConfig } from '../config/config.js';
import { createV16Client } from '../ocpp/v16/client.js';
import { createTriggerRegistry } from '../ocpp/v16/triggers.js';
import type { FromConnector, FromStation, ToStation } from '../threads/messages.js';
import { createAnomalies } from './anomalies.js';
import { createAuthorization } from './authorization.js';
import { createAvailability } from './availability.js';
import { createCare } from './care.js';
import { createCharging } from './charging/charging.js';
import { createCore } from './core.js';
import type { OpenedJournal } from './journal/journal.js';
import { lightSettings } from './light.js';
import { type Connect, createStationLink } from './link.js';
import { createLocalList } from './localList.js';
import { createLocks } from './locks.js';
import { answerQuery } from './queries.js';
import { createRecords } from './records.js';
import { DISK_FULL, RESETTING, type Refusal } from './refusal.js';
import { createRemote } from './remote.js';
import { createReservations } from './reservations.js';
import { createReset } from './reset.js';
import { createRestore } from './restore.js';
import { createSettingsPusher } from './settings.js';
import { createStatePusher, readState } from './state.js';
import { createStatuses } from './statuses.js';
import { takeUpJournal } from './takeUp.js';
import { createTaps } from './taps.js';
import { createTransactions } from './transactions.js';
import { createUpkeep } from './upkeep.js';
import { createVendors } from './vendors.js';

export interface StationOptions {
  config: ChargePointConfig;
  opened: OpenedJournal;
  clock: Clock;
  /** In [0, 1). */
  random: () => number;
  connect: Connect;
  /** Whether the system clock may be believed now. */
  systemClockTrust: () => Promise<boolean>;
  post: (message: FromStation) => void;
}

export interface Station {
  /** Tells main that connectors may start, and goes online. */
  start(): void;
  receive(message: ToStation): void;
  /** False while the last write to the journal failed. */
  readonly journalOk: boolean;
  /** Closes connection and journal. Never throws. */
  close(): Promise<void>;
}

/** The station thread without the thread: everything comes in through ports and messages. */
export function createStation(options: StationOptions): Station {
  const { config, clock, post } = options;
  const { journal } = options.opened;
  const core = createCore({ config, journal, clock, post });
  const { connectors, configuration, events, stamp, failed, log, journalHealth } = core;
  let closed = false;

  const localList = createLocalList({ ...core, changed: () => statuses.chargePoint() });
  const authorization = createAuthorization({
    configuration,
    cache: journal.authorizationCache,
    localList,
    ask: (idTag) => client.authorize(idTag, configuration.integer('MessageTimeout') * 1000),
    nowMs: () => journal.clock.nowMs(),
  });
  const state = createStatePusher({
    ...core,
    read: () => readState({ csmsUrl: care.security.url(), link: link.state, client, journal }),
    post: (now) => post({ t: 'state', state: now }),
  });
  const settings = createSettingsPusher(configuration, journal.clock, connectors);
  const obstacle = (): Refusal | null =>
    reset.isRunning ? RESETTING : journal.pressure() === 'full' ? DISK_FULL : null;

  const reset = createReset({
    ...core,
    isOnline: () => client.isOnline,
    retries: () => configuration.integer('ResetRetries'),
    restart: (kind) => post({ t: 'restart', kind }),
    noted: (kind) => care.security.watch.resetBegins(kind),
  });
  const locks = createLocks(core);
  const availability = createAvailability({ ...core, changed: () => statuses.chargePoint() });
  const charging = createCharging({ ...core, voltageV: config.supply.voltageV });
  const care = createCare({
    core,
    config,
    opened: options.opened,
    client: () => client,
    link: () => link,
    reset: () => reset,
    availability,
  });
  const reservations = createReservations({ ...core, obstacle });
  const remote = createRemote({ ...core, authorization, reservations, obstacle, charging });
  const taps = createTaps({
    ...core,
    authorization,
    reservations,
    obstacle,
    indicate: (signal, connectorId) => post({ t: 'indicate', signal, connectorId }),
  });
  const transactions = createTransactions({
    ...core,
    authorization,
    kick: () => client.kick(),
    sendTriggered: (sample) => client.triggeredSample(sample),
    changed: () => state.changed(),
  });
  const vendors = createVendors({
    ...core,
    firmwareVersion: config.identity.firmwareVersion,
    request: (action, payload) => client.request(action, payload),
  });
  const triggers = createTriggerRegistry((connectorId) => connectors.facts(connectorId) !== null);
  care.security.addTriggers(triggers);
  care.maintenance.addTriggers(triggers, core.featureProfiles.includes('FirmwareManagement'));
  const client = createV16Client({
    ...core,
    random: options.random,
    identity: config.identity,
    outbox: journal.outbox,
    wallMs: (at) => journal.clock.resolve(at).ms,
    context: {
      ...core,
      remote,
      availability,
      reset,
      locks,
      authorization,
      charging,
      localList,
      reservations,
      triggers,
      maintenance: care.maintenance,
      certificates: care.security.certificates,
      vendors,
    },
    sampleNow: (connectorId) => connectors.sendTo(connectorId, { t: 'sample', context: 'Trigger', at: stamp() }),
    listener: {
      ...transactions,
      registration: ({ status, intervalS }) => {
        events.tell('Registration', `The central system answered ${status}`, { data: { status, intervalS } });
        linkChanged();
      },
      registrationFailed: (reason, retryS) =>
        events.tell('RegistrationFailed', `${reason} Next attempt in ${Math.round(retryS)} s.`, { data: { reason } }),
      time: (currentTimeMs) => {
        journal.clock.learn(currentTimeMs, stamp());
        clockMayHaveMoved();
      },
      failed,
    },
  });
  const link = createStationLink({
    ...core,
    random: options.random,
    reconnect: config.csms.reconnect,
    pingIntervalS: () => configuration.integer('WebSocketPingInterval'),
    connect: options.connect,
    attempts: care.security.attempts,
    reported: care.security.watch.reported,
    client,
    changed: () => linkChanged(),
  });
  const linkChanged = (): void => {
    state.changed();
    anomalies.update();
  };
  const clockMayHaveMoved = (): void => {
    care.security.watch.clockMayHaveMoved();
    settings.push();
    charging.update();
    reservations.update();
    state.changed();
  };
  const upkeep = createUpkeep({ ...core, systemClockTrust: options.systemClockTrust, clockMayHaveMoved });
  const statuses = createStatuses({ ...core, availability, localList, report: client.status });
  const anomalies = createAnomalies({
    events,
    failed,
    wallMs: (at) => journal.clock.resolve(at).ms,
    isOnline: () => client.isOnline,
    send: vendors.send,
    warn: statuses.warn,
  });
  const records = createRecords({
    ...core,
    beforeAcknowledged(connectorId, record) {
      charging.recorded(connectorId, record);
      reservations.recorded(connectorId, record);
    },
    onApplied: transactions.recorded,
    onFailure: journalHealth.failed,
    onSuccess: journalHealth.worked,
  });

  configuration.onChange((key) => {
    const what = key.access === 'W' ? 'was changed' : `is now ${configuration.text(key.name)}`;
    events.tell('ConfigurationChanged', `${key.name} ${what}`, { data: { key: key.name } });
    if (key.effect === 'connectors') settings.push();
    if (key.effect === 'light') pushLight();
    if (key.effect === 'ping') link.setPingInterval(configuration.integer('WebSocketPingInterval'));
    // Intervals and retry times are read when the dispatcher looks next: let it look.
    client.kick();
  });

  const pushLight = (): void => {
    const light = lightSettings(configuration);
    if (light !== null) post({ t: 'light', settings: light });
  };

  const fromConnector = (connectorId: number, message: FromConnector): void => {
    if (message.t === 'record') records.take(connectorId, message.incarnation, message.seq, message.record);
    else if (message.t === 'snapshot') {
      charging.snapshot(message.snapshot, statuses.snapshot(message.snapshot));
      reservations.update();
    } else if (message.t === 'unlock-result') locks.answered(message.requestId, message.result);
  };

  const restore = createRestore({ ...core, settings, availability, reservations, charging, post });

  const close = async (): Promise<void> => {
    if (closed) return;
    upkeep.stop();
    care.stop();
    reset.stop();
    records.stop();
    charging.stop();
    reservations.stop();
    state.stop();
    try {
      await link.stop();
    } catch (error) {
      failed(error, 'closing the connection');
    }
    closed = true;
    try {
      journal.close();
    } catch (error) {
      failed(error, 'closing the journal');
    }
  };

  return {
    get journalOk() {
      return journalHealth.ok;
    },
    start() {
      reservations.start();
      takeUpJournal({ config, opened: options.opened, configuration, events, log });
      charging.start(options.opened.sameProcess);
      pushLight();
      post({ t: 'ready', meterFloorsWh: journal.transactions.meterFloorsWh() });
      statuses.chargePoint();
      state.changed();
      upkeep.start();
      care.start();
      link.start();
    },
    receive(message) {
      if (closed) return;
      switch (message.t) {
        case 'connector':
          fromConnector(message.connectorId, message.message);
          return;
        case 'restore-wanted':
          restore(message.connectorId, message.incarnation);
          return;
        case 'tap':
          taps.tap(message.idTag, message.connectorIds, message.at).catch((error: unknown) => failed(error, 'tap'));
          return;
        case 'reader-health':
          statuses.reader(message.health);
          return;
        case 'anomalies':
          anomalies.take(message.connectorId, message.active, message.at);
          return;
        case 'query':
          post(answerQuery({ journal, configuration, kick: client.kick }, message.requestId, message.query));
          return;
        case 'power-fails':
          reset.powerFails();
          return;
        case 'shutdown':
          void close().then(() => post({ t: 'closed' }));
          return;
        case 'chaos':
          return;
      }
    },
    close,
  };
}
