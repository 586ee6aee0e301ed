import type { Clock, MeterReading } from '@tapwatt/hal';
import { type CurrentWatch, createCurrentWatch } from '../anomaly/currentWatch.js';
import { stuckOnFault } from '../anomaly/stuckOnFault.js';
import type { ConnectorSnapshot } from '../domain/records.js';
import type { FromConnector, FromStation, ToConnector, ToStation } from '../threads/messages.js';
import { brokenSnapshot } from './brokenSnapshot.js';
import { type ConnectorFaults, createConnectorFaults, hardwareFault } from './connectorFaults.js';
import type { ConnectorHardware } from './connectorHardware.js';
import { workerDataOf } from './connectorStart.js';
import type { EventBus } from './events.js';
import type { Log, LogLevel } from './log.js';
import { createPowerOutput, type PowerOutput } from './powerOutput.js';
import { createReadings } from './readings.js';
import { stampNow } from './stamp.js';
import { type SupervisedThread, superviseThread } from './threads.js';

/** A connector's thread is stuck when it was silent for this long. Its power is gone before: the lease is 2 s. */
const SILENCE_MS = 4000;
/** Starting takes a Pi a second or two; a slow card more. */
const START_GRACE_MS = 15_000;

export interface ConnectorPortOptions {
  hardware: ConnectorHardware;
  /** Compiled firmware/connector/worker.js. */
  entry: URL;
  checkpointIntervalS: number;
  /** Whether the thread obeys `chaos`. */
  bench: boolean;
  logLevel: LogLevel;
  clock: Clock;
  log: Log;
  events: EventBus;
  /** The station's messages, and what the station must know. */
  toStation(message: FromConnector): void;
  /** What is wrong with the current now. */
  onAnomalies(message: Extract<ToStation, { t: 'anomalies' }>): void;
  /** The thread said hello: the station is to be asked for its part of the restore. */
  onHello(incarnation: string): void;
}

/** The main thread's side of one connector: its thread, its hardware, its faults and its power. */
export interface ConnectorPort {
  readonly connectorId: number;
  readonly thread: SupervisedThread<ToConnector>;
  readonly power: PowerOutput;
  readonly faults: ConnectorFaults;
  readonly hardware: ConnectorHardware;
  readonly current: CurrentWatch;
  /** What the thread showed last; null before it ran for the first time. */
  readonly snapshot: ConnectorSnapshot | null;
  /** Of the thread that runs; null before its hello. */
  readonly incarnation: string | null;
  readonly isRestored: boolean;
  readonly pluggedIn: boolean | null;
  start(): void;
  /** Completes the station's part with what the hardware says, and sends it. Ignored when it was for an earlier thread. */
  restore(message: Extract<FromStation, { t: 'restore' }>): void;
  /** Drops what comes before the restore, which holds it. */
  deliver(message: ToConnector): void;
  /** Reads the meter now and tells the thread: the register was moved by other means than current. */
  refreshReading(): void;
  /** Outputs off and a last reading, then the thread may say what it has to. */
  stop(graceMs: number): Promise<void>;
  /** Outputs off, now. */
  makeSafe(): void;
}

export function createConnectorPort(options: ConnectorPortOptions): ConnectorPort {
  const { hardware, clock, log, events } = options;
  const connectorId = hardware.config.id;
  let snapshot: ConnectorSnapshot | null = null;
  let incarnation: string | null = null;
  let restored = false;

  const at = () => stampNow(clock);
  const deliver = (message: ToConnector): void => {
    if (restored) thread.send(message);
  };

  const faults = createConnectorFaults({
    raised(fault) {
      events.tell(
        'Fault',
        `Connector ${connectorId}: ${fault.errorCode}${fault.info === null ? '' : ` (${fault.info})`}`,
        {
          connectorId,
          data: { errorCode: fault.errorCode, info: fault.info },
        },
      );
      deliver({ t: 'fault', fault, at: at() });
    },
    cleared(errorCode) {
      events.tell('FaultCleared', `Connector ${connectorId}: ${errorCode} is gone`, {
        connectorId,
        data: { errorCode },
      });
      deliver({ t: 'fault-cleared', errorCode, at: at() });
    },
  });

  const power = createPowerOutput({
    clock,
    powerModule: hardware.powerModule,
    contactor: hardware.contactor,
    meter: hardware.meter,
    pilot: hardware.pilot,
    blocked() {
      const { health } = hardware.powerModule;
      if (health.state === 'failed') return health.reason;
      return faults.active.find((fault) => fault.errorCode === 'PowerSwitchFailure')?.info ?? null;
    },
    onOff: (reading) => deliver({ t: 'power-is-off', reading, at: at() }),
    onLost(reason, reading) {
      log.warn(`Connector ${connectorId}: power is off: ${reason}`);
      events.tell('PowerLost', `Connector ${connectorId}: power is off: ${reason}`, { connectorId });
      deliver({ t: 'power-lost', reading, at: at() });
    },
  });
  hardware.onFault({
    raise(source, fault) {
      if (source === 'contactor') power.cut(fault.info ?? 'the contactor cannot be switched');
      faults.raise(source, fault);
    },
    clear: (source) => faults.clear(source),
  });

  const current = createCurrentWatch({
    clock,
    connectorId,
    powerModule: hardware.powerModule,
    power,
    onAnomalies(active) {
      const stuck = active.find(({ finding }) => finding.kind === 'stuck-on');
      // Never cleared: a current that ended when the car left does not prove that the contacts are open.
      if (stuck !== undefined) faults.raise('current', stuckOnFault(stuck.finding));
      options.onAnomalies({ t: 'anomalies', connectorId, active, at: at() });
    },
  });

  const readings = createReadings({
    clock,
    read: () => hardware.meter.read(),
    isPowered: () => power.isOn,
    isWanted: () => restored,
    tell: (reading) => deliver({ t: 'reading', reading, at: at() }),
  });
  hardware.powerModule.onCurrent(readings.onCurrent);
  hardware.plug?.onChange((pluggedIn) => {
    events.tell(pluggedIn ? 'PluggedIn' : 'PluggedOut', `Connector ${connectorId}: cable ${pluggedIn ? 'in' : 'out'}`, {
      connectorId,
    });
    deliver({ t: 'plug', pluggedIn, at: at() });
  });

  const setLock = async (locked: boolean): Promise<void> => {
    const ok = hardware.lock !== null && (await hardware.lock.set(locked));
    deliver({ t: 'lock-result', locked: ok ? locked : !locked, ok, at: at() });
  };

  const onMessage = (message: FromConnector): void => {
    switch (message.t) {
      case 'hello':
        incarnation = message.incarnation;
        restored = false;
        power.release();
        options.onHello(message.incarnation);
        return;
      case 'power':
        power.lease(message);
        return;
      case 'lock':
        void setLock(message.locked);
        return;
      case 'alive':
        return;
      case 'snapshot':
        snapshot = message.snapshot;
        options.toStation(message);
        return;
      case 'record':
      case 'unlock-result':
        options.toStation(message);
        return;
      case 'log':
        log[message.level](`connector ${connectorId}: ${message.message}`, message.data);
        return;
    }
  };

  const thread = superviseThread<ToConnector, FromConnector>({
    name: `connector-${connectorId}`,
    entry: options.entry,
    workerData: workerDataOf(options),
    addons: false,
    resourceLimits: { maxOldGenerationSizeMb: 32, maxYoungGenerationSizeMb: 2 },
    clock,
    log,
    silenceMs: SILENCE_MS,
    startGraceMs: START_GRACE_MS,
    onMessage,
    onGone(reason) {
      restored = false;
      incarnation = null;
      power.cut(`the connector's thread ended: ${reason}`);
      events.tell('ThreadEnded', `The thread of connector ${connectorId} ended: ${reason}`, { connectorId });
    },
    onBroken(broken) {
      const fault = hardwareFault('InternalError', 'the connector thread keeps ending');
      if (broken) faults.raise('thread', fault);
      else faults.clear('thread');
      if (!broken) return;
      snapshot = brokenSnapshot(snapshot, { connectorId, pluggedIn: port.pluggedIn }, fault, at());
      options.toStation({ t: 'snapshot', snapshot });
    },
  });

  const port: ConnectorPort = {
    connectorId,
    thread,
    power,
    faults,
    hardware,
    current,
    get snapshot() {
      return snapshot;
    },
    get incarnation() {
      return incarnation;
    },
    get isRestored() {
      return restored;
    },
    get pluggedIn() {
      return hardware.plug?.read() ?? null;
    },
    start() {
      thread.start();
      readings.now();
    },
    restore(message) {
      if (message.incarnation !== incarnation) return;
      const { settings, operative, transaction, reservation, limitMa } = message;
      restored = true;
      readings.forget();
      thread.send({
        t: 'restore',
        restore: {
          settings,
          operative,
          transaction,
          reservation,
          limitMa,
          faults: faults.active,
          pluggedIn: port.pluggedIn,
          reading: hardware.meter.read(),
          at: at(),
        },
      });
    },
    deliver,
    refreshReading: readings.now,
    async stop(graceMs) {
      readings.stop();
      current.close();
      power.close();
      const reading: MeterReading = hardware.meter.read();
      deliver({ t: 'reading', reading, at: at() });
      thread.send({ t: 'shutdown' });
      await thread.stop(graceMs);
    },
    makeSafe: () => power.close(),
  };
  return port;
}
