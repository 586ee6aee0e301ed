import { type Clock, createSystemClock } from '@tapwatt/hal';
import type { ChargePointConfig } from '../config/config.js';
import { difference } from '../config/difference.js';
import { type ControlServer, startControlServer } from '../control/server.js';
import type { BenchTarget, ControlTarget } from '../control/target.js';
import { createBench } from './bench.js';
import { type ConnectorPort, createConnectorPort } from './connectorPort.js';
import { logEvents } from './eventLog.js';
import { createEventBus } from './events.js';
import { type Hardware, isSimulated, openHardware } from './hardware.js';
import { createHub } from './hub.js';
import { createIndicator, type Indicator } from './indicator.js';
import type { Log } from './log.js';
import { createServiceManager, type ServiceManager } from './notify.js';
import { createShutdown, type ShutdownCause } from './shutdown.js';
import { stampNow } from './stamp.js';
import { type ControlState, composeState } from './state.js';
import { createStationPort, type StationPort } from './stationPort.js';
import { createTaps } from './taps.js';
import { startWatchdog } from './watchdog.js';

/** Compiled worker entries. */
export interface ThreadEntries {
  connector: URL;
  station: URL;
}

export const THREAD_ENTRIES: ThreadEntries = {
  connector: new URL('../connector/worker.js', import.meta.url),
  station: new URL('../station/worker.js', import.meta.url),
};

export interface SupervisorOptions {
  config: ChargePointConfig;
  /** Reads the configuration again, for POST /reload. @throws ConfigError */
  readConfig(): ChargePointConfig;
  log: Log;
  exit(status: number): void;
  clock?: Clock;
  entries?: ThreadEntries;
  serviceManager?: ServiceManager;
}

/** The running charge point. */
export interface Supervisor {
  state(): ControlState;
  shutdown(cause: ShutdownCause): void;
  /** The mains are gone and a back-up supply holds: sessions end and are told (unless they are to be resumed), then the process. */
  powerFails(): void;
}

/** Longest wait for connectors to record what a shutdown ends, and for the journal to close; together below the 5 s. */
const CONNECTOR_GRACE_MS = 1000;
const STATION_GRACE_MS = 2500;
const HARDWARE_GRACE_MS = 1000;
/** The station ends sessions and tells it within 3 s; a back-up supply may not hold for longer than this. */
const POWER_FAILS_GRACE_MS = 4000;

/**
 * Puts the charge point together in the main thread: control socket first, then hardware, then the station thread with
 * the journal, and the connector threads once the journal is open. No power flows before that.
 * @throws ControlError when the control socket cannot be opened (another instance, no permission).
 */
export async function startSupervisor(options: SupervisorOptions): Promise<Supervisor> {
  const { log } = options;
  const clock = options.clock ?? createSystemClock();
  const entries = options.entries ?? THREAD_ENTRIES;
  const serviceManager = options.serviceManager ?? createServiceManager(process.env, log);
  const events = createEventBus(clock);
  logEvents(events, log);
  const startedAtMs = clock.monotonicMs();
  const simulated = isSimulated(options.config);
  let config = options.config;
  let hardware: Hardware | null = null;
  let connectors: ConnectorPort[] = [];
  let bench: BenchTarget | null = null;
  let indicator: Indicator = createIndicator(clock, null);
  let watchdog: { close(): void } | null = null;
  let control: ControlServer | null = null;

  const hub = createHub({
    clock,
    log,
    events,
    indicator: {
      show: (signal) => indicator.show(signal),
      configure: (settings) => indicator.configure(settings),
      close: () => indicator.close(),
    },
    station: () => station,
    connectors: () => connectors,
    onStationReady() {
      const health = hardware?.reader?.health;
      if (health !== undefined) station.send({ t: 'reader-health', health });
      for (const { connectorId, current } of connectors)
        station.send({ t: 'anomalies', connectorId, active: current.active, at: stampNow(clock) });
    },
    onReady() {
      for (const connector of connectors) connector.start();
      void serviceManager.ready(statusLine());
      events.tell('Started', 'The charge point runs');
      log.info('The journal is open, the connectors start', { connectors: connectors.length });
    },
    onRestart: (reset) => shutdown({ kind: 'reset', reset }),
  });

  const station: StationPort = createStationPort({
    config,
    entry: entries.station,
    clock,
    log,
    events,
    onMessage: hub.fromStation,
    onGone() {},
  });

  const state = (): ControlState =>
    composeState({
      config,
      uptimeMs: clock.monotonicMs() - startedAtMs,
      station: station.state,
      reader: hardware?.reader?.health ?? null,
      can: hardware?.canState ?? null,
      canListen: hardware?.canListen ?? null,
      simulated,
      threads: [station.thread, ...connectors.map(({ thread }) => thread)].map(({ name, state, restarts }) => ({
        name,
        state,
        restarts,
      })),
      connectors: config.connectors.map(({ id }) => {
        const port = connectors.find(({ connectorId }) => connectorId === id);
        return {
          connectorId: id,
          snapshot: port?.snapshot ?? null,
          pluggedIn: port?.pluggedIn ?? null,
          powerOn: port?.power.isOn ?? false,
          energyWh: port?.hardware.meter.read().energyWh ?? 0,
          anomalies: port?.current.active ?? [],
        };
      }),
    });

  const statusLine = (): string => {
    const { csms, connectors: views } = state();
    const charging = views.filter(({ transaction }) => transaction !== null).length;
    const link = csms.connected ? `central system connected (${csms.registration})` : 'no central system';
    return `${charging} of ${views.length} connectors in a transaction, ${link}`;
  };

  const target: ControlTarget = {
    state,
    subscribe: events.subscribe,
    subscribeCurrent(listener) {
      const stops = connectors.map(({ current }) => current.subscribe(listener));
      return () => {
        for (const stop of stops) stop();
      };
    },
    transactions: (limit) => station.query({ q: 'transactions', limit }),
    queue: () => station.query({ q: 'queue' }),
    station: (query) => station.query(query),
    reload() {
      const next = options.readConfig();
      const { live, needsRestart } = difference(config, next);
      // The only live setting so far; `difference` names no other (schema.ts: requiresRestart).
      config = { ...config, log: next.log };
      log.setLevel(next.log.level);
      log.info('Configuration read again', { applied: live, needsRestart });
      return { applied: live, needsRestart };
    },
    get bench() {
      return simulated ? (bench ?? 'starting') : 'none';
    },
  };

  const closeAll = async (cause: ShutdownCause): Promise<void> => {
    void serviceManager.stopping();
    watchdog?.close();
    indicator.close();
    await Promise.all(connectors.map((connector) => connector.stop(CONNECTOR_GRACE_MS)));
    const closed = await station.stop(cause.kind === 'reset' ? 'reset' : 'signal', STATION_GRACE_MS);
    if (!closed) log.warn('The station thread did not say that the journal is closed; what it acknowledged is on disk');
    await Promise.race([hardware?.close(), new Promise((resolve) => setTimeout(resolve, HARDWARE_GRACE_MS).unref())]);
    await control?.close();
    log.info('Closed');
  };

  const shutdown = createShutdown({
    log,
    makeSafe() {
      for (const connector of connectors) connector.makeSafe();
    },
    closeAll,
    exit: options.exit,
  });

  control = await startControlServer(config.controlSocket, target);
  log.info('The control socket answers', { path: control.path });

  hardware = await openHardware(config, clock, log);
  connectors = hardware.connectors.map((parts) =>
    createConnectorPort({
      hardware: parts,
      entry: entries.connector,
      checkpointIntervalS: config.journal.checkpointIntervalS,
      bench: simulated,
      logLevel: config.log.level,
      clock,
      log,
      events,
      toStation: (message) => hub.fromConnector(parts.config.id, message),
      onAnomalies: station.send,
      onHello: (incarnation) => hub.hello(parts.config.id, incarnation),
    }),
  );
  indicator = createIndicator(clock, hardware.indicator);
  const taps = createTaps({
    clock,
    reader: hardware.reader,
    // The bench's cards are whatever a test says.
    acceptRandomUid: config.reader.kind !== 'pn532' || config.reader.acceptRandomUid,
    log,
    events,
    onTap: hub.tap,
    onRefused: () => indicator.show('refused'),
  });
  if (simulated) {
    bench = createBench({
      config,
      hardware,
      connectors,
      taps,
      tapAbove(idTag, connectorIds) {
        events.tell('Tap', `Card ${idTag} on the reader`, { data: { idTag } });
        hub.tap(idTag, connectorIds);
      },
      toStation: (message) => station.send(message),
    });
  }
  followReader(hardware);
  station.start();
  watchdog = startWatchdog({
    clock,
    log,
    serviceManager,
    status: statusLine,
    liveness: () => ({
      threads: [station.thread, ...connectors.map(({ thread }) => thread)],
      stationWellAtMs: station.wellAtMs,
      startedAtMs,
    }),
  });

  function followReader({ reader }: Hardware): void {
    if (reader === null) return;
    reader.onHealth((health) => {
      station.send({ t: 'reader-health', health });
      if (health.state === 'failed') {
        log.warn(`The card reader does not work: ${health.reason}`, { hint: health.fix });
        events.tell('ReaderFailed', `The card reader does not work: ${health.reason}`);
      } else if (health.state === 'ok') {
        log.info('The card reader works');
        events.tell('ReaderWorks', 'The card reader works');
      }
    });
    reader.start();
  }

  const powerFails = (): void => {
    // Once is enough: the station's own request and the end of our patience may both come.
    const end = (): void => shutdown({ kind: 'reset', reset: 'PowerLoss' });
    log.warn('The mains are gone: ending while the back-up supply holds');
    if (config.powerLoss.openTransaction === 'end') station.send({ t: 'power-fails' });
    clock.after(config.powerLoss.openTransaction === 'end' ? POWER_FAILS_GRACE_MS : 0, end);
  };

  return { state, shutdown, powerFails };
}
