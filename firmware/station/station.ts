import type { Clock, Health, Timer } from '@tapwatt/hal';
import type { ChargePointConfig } from '../config/config.js';
import type { ConnectorSnapshot } from '../domain/records.js';
import type { Stamp } from '../domain/stamp.js';
import { createV16Client } from '../ocpp/v16/client.js';
import { createConfiguration } from '../ocpp/v16/configuration.js';
import { activeProfiles } from '../ocpp/v16/keyDefinition.js';
import { CONFIGURATION_KEYS } from '../ocpp/v16/keys.js';
import { createVendorRegistry } from '../ocpp/v16/vendors.js';
import type { FromConnector, FromStation, StationState, ToStation } from '../threads/messages.js';
import { createAuthorization } from './authorization.js';
import { createAvailability } from './availability.js';
import { chargePointStatus } from './chargePoint.js';
import { createConnectorRegistry } from './connectors.js';
import { createEvents } from './events.js';
import { describeFailure } from './failure.js';
import type { OpenedJournal } from './journal/journal.js';
import { type Connect, createStationLink } from './link.js';
import { createLocks } from './locks.js';
import { answerQuery } from './queries.js';
import { createRecords } from './records.js';
import { DISK_FULL, RESETTING, type Refusal } from './refusal.js';
import { createRemote } from './remote.js';
import { createReset } from './reset.js';
import { createSettingsPusher } from './settings.js';
import { createStatePusher } from './state.js';
import { takeUpJournal } from './takeUp.js';
import { createTaps } from './taps.js';
import { createTransactions } from './transactions.js';

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

/** Backups, flushes, and a look at the clock. */
const UPKEEP_MS = 60_000;

/** The station thread without the thread: everything comes in through ports and messages. */
export function createStation(options: StationOptions): Station {
  const { config, clock, post } = options;
  const { journal } = options.opened;
  let reader: Health | null = null;
  let journalOk = true;
  let closed = false;
  let upkeepTimer: Timer | null = null;

  const stamp = (): Stamp => ({ wallMs: clock.wallMs(), monotonicMs: clock.monotonicMs() });
  const log: Parameters<typeof createStationLink>[0]['log'] = (level, message, data) =>
    post({ t: 'log', level, message, ...(data === undefined ? {} : { data }) });
  const events = createEvents(
    () => journal.clock.nowMs(),
    (event) => {
      post({ t: 'event', event });
      if (!closed) journal.events.add(event);
    },
  );
  const failed = (error: unknown, doing = 'work'): void => {
    const { message, data } = describeFailure(error);
    log('error', `${doing}: ${message}`, data);
  };
  const setJournalOk = (ok: boolean, error?: unknown): void => {
    if (ok === journalOk) return;
    journalOk = ok;
    post({ t: 'alive', journalOk });
    if (!ok) log('error', describeFailure(error).message, describeFailure(error).data);
  };

  const connectors = createConnectorRegistry(
    config.connectors.map(({ id, phases, hasLock, hasPlugSensor }) => ({
      connectorId: id,
      phases,
      hasLock,
      hasPlugSensor,
    })),
    clock,
    (connectorId, message) => post({ t: 'to-connector', connectorId, message }),
  );
  const featureProfiles = activeProfiles(config.ocpp.featureProfiles);
  const configuration = createConfiguration(
    CONFIGURATION_KEYS,
    {
      connectors: connectors.ids.flatMap((id) => connectors.facts(id) ?? []),
      featureProfiles,
      callTimeoutS: Math.max(1, Math.round(config.csms.callTimeoutS)),
    },
    journal.configuration,
  );
  const authorization = createAuthorization({
    configuration,
    cache: journal.authorizationCache,
    localList: () => null,
    ask: (idTag) => client.authorize(idTag, configuration.integer('MessageTimeout') * 1000),
    nowMs: () => journal.clock.nowMs(),
  });
  const state = createStatePusher({
    clock,
    read: () => readState(),
    post: (now) => post({ t: 'state', state: now }),
    failed,
  });
  const settings = createSettingsPusher(configuration, journal.clock, connectors);
  const reservationOf = () => null;
  const obstacle = (): Refusal | null =>
    reset.isRunning ? RESETTING : journal.pressure() === 'full' ? DISK_FULL : null;

  const reset = createReset({
    journal,
    connectors,
    clock,
    events,
    stamp,
    isOnline: () => client.isOnline,
    retries: () => configuration.integer('ResetRetries'),
    restart: (kind) => post({ t: 'restart', kind }),
    failed,
  });
  const locks = createLocks({ connectors, clock, stamp });
  const availability = createAvailability({ journal, connectors, events, stamp, changed: () => reportChargePoint() });
  const remote = createRemote({
    connectors,
    configuration,
    authorization,
    reservationOf,
    obstacle,
    journal,
    events,
    stamp,
    failed,
  });
  const taps = createTaps({
    connectors,
    authorization,
    reservationOf,
    obstacle,
    events,
    stamp,
    indicate: (signal, connectorId) => post({ t: 'indicate', signal, connectorId }),
  });
  const transactions = createTransactions({
    journal,
    configuration,
    connectors,
    authorization,
    events,
    stamp,
    kick: () => client.kick(),
    sendTriggered: (sample) => client.triggeredSample(sample),
    changed: () => state.changed(),
  });
  const client = createV16Client({
    clock,
    random: options.random,
    identity: config.identity,
    configuration,
    outbox: journal.outbox,
    wallMs: (at) => journal.clock.resolve(at).ms,
    context: {
      configuration,
      connectors,
      featureProfiles,
      remote,
      availability,
      reset,
      locks,
      authorization,
      vendors: createVendorRegistry(),
    },
    sampleNow: (connectorId) => {
      for (const id of connectors.ids)
        if (connectorId === null || connectorId === 0 || connectorId === id)
          connectors.send(id, { t: 'sample', context: 'Trigger', at: stamp() });
    },
    listener: {
      ...transactions,
      registration: ({ status, intervalS }) => {
        events.tell('Registration', `The central system answered ${status}`, { data: { status, intervalS } });
        state.changed();
      },
      registrationFailed: (reason, retryS) =>
        events.tell('RegistrationFailed', `${reason} Next attempt in ${Math.round(retryS)} s.`, { data: { reason } }),
      time: (currentTimeMs) => {
        journal.clock.learn(currentTimeMs, stamp());
        settings.push();
        state.changed();
      },
      failed,
    },
  });
  const link = createStationLink({
    clock,
    random: options.random,
    reconnect: config.csms.reconnect,
    pingIntervalS: () => configuration.integer('WebSocketPingInterval'),
    connect: options.connect,
    client,
    events,
    log,
    changed: () => state.changed(),
  });
  const records = createRecords({
    journal,
    configuration,
    connectors,
    clock,
    onApplied: transactions.recorded,
    onFailure: (error) => setJournalOk(false, error),
    onSuccess: () => setJournalOk(true),
  });

  configuration.onChange((key) => {
    events.tell('ConfigurationChanged', `${key.name} is now ${configuration.text(key.name)}`, {
      data: { key: key.name },
    });
    if (key.effect === 'connectors') settings.push();
    if (key.effect === 'ping') link.setPingInterval(configuration.integer('WebSocketPingInterval'));
    // Intervals and retry times are read when the dispatcher looks next: let it look.
    client.kick();
  });

  const readState = (): StationState => {
    const { pending, oldest, deadLetters } = journal.outbox.stats();
    const { state: now } = link;
    return {
      csms: {
        connected: now.t === 'open',
        url: config.csms.url,
        ocppVersion: now.t === 'open' ? now.connection.version : null,
        registration: client.registration,
      },
      clock: { trusted: journal.clock.known },
      queue: { pending, oldestAt: oldest === null ? null : new Date(oldest.ms).toISOString(), deadLetters },
      transactionIds: journal.transactions.transactionIds(),
    };
  };

  const reportChargePoint = (): void => {
    const inSession = connectors.ids.some((id) => connectors.snapshot(id)?.transaction);
    client.status(chargePointStatus({ operative: availability.isOperative(0), inSession, reader }), stamp());
  };

  const onSnapshot = (snapshot: ConnectorSnapshot): void => {
    const before = connectors.update(snapshot);
    const { connectorId, status, errorCode, info, vendorId, vendorErrorCode } = snapshot;
    client.status({ connectorId, status, errorCode, info, vendorId, vendorErrorCode }, snapshot.at);
    if (before?.status !== status)
      events.tell(
        'Status',
        `Connector ${connectorId} is ${status}${errorCode === 'NoError' ? '' : ` (${errorCode})`}`,
        {
          connectorId,
          data: { status, errorCode },
        },
      );
    if (((before?.transaction ?? null) === null) !== (snapshot.transaction === null)) reportChargePoint();
  };

  const fromConnector = (connectorId: number, message: FromConnector): void => {
    if (message.t === 'record') records.take(connectorId, message.incarnation, message.seq, message.record);
    else if (message.t === 'snapshot') onSnapshot(message.snapshot);
    else if (message.t === 'unlock-result') locks.answered(message.requestId, message.result);
  };

  const restore = (connectorId: number, incarnation: string): void =>
    post({
      t: 'restore',
      connectorId,
      incarnation,
      settings: settings.current(),
      operative: availability.isOperative(connectorId),
      transaction: journal.transactions.openOn(connectorId),
      reservation: reservationOf(),
      limitMa: null,
    });

  const upkeep = (): void => {
    upkeepTimer = clock.after(UPKEEP_MS, upkeep);
    options
      .systemClockTrust()
      .then((trusted) => {
        if (closed) return;
        journal.clock.systemClockTrusted(trusted);
        settings.push();
        state.changed();
        return journal.maintain();
      })
      .catch((error: unknown) => failed(error, 'upkeep'));
  };

  const close = async (): Promise<void> => {
    if (closed) return;
    upkeepTimer?.cancel();
    reset.stop();
    records.stop();
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
      return journalOk;
    },
    start() {
      takeUpJournal({ config, opened: options.opened, configuration, events, log });
      post({ t: 'ready', meterFloorsWh: journal.transactions.meterFloorsWh() });
      reportChargePoint();
      state.changed();
      upkeepTimer = clock.after(UPKEEP_MS, upkeep);
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
          reader = message.health;
          reportChargePoint();
          return;
        case 'query':
          answer(message.requestId, () => answerQuery(journal, message.query));
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

  function answer(requestId: string, read: () => unknown): void {
    try {
      post({ t: 'answer', requestId, ok: true, value: read() });
    } catch (error) {
      const { code, message, hint } = describeFailure(error);
      post({ t: 'answer', requestId, ok: false, code, message, hint });
    }
  }
}
