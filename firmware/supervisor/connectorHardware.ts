import { join } from 'node:path';
import {
  type CanBus,
  type Clock,
  createEnergyMeter,
  createFileRegisterStore,
  createLock,
  createPowerModule,
  type DigitalInput,
  HardwareError,
  type Health,
  type IntegratingMeter,
  type Lock,
  type ObservedOutput,
  observeOutput,
  openDigitalInput,
  openDigitalOutput,
  openPwm,
  type PowerModule,
} from '@tapwatt/hal';
import type { SimulatedConnector } from '@tapwatt/hal/simulated';
import type { ChargePointConfig, ConnectorConfig } from '../config/config.js';
import type { Fault } from '../domain/records.js';
import { type FaultSource, hardwareFault } from './connectorFaults.js';
import { type Log, messageOf } from './log.js';
import { type LineEvents, persistentInput, persistentOutput } from './persistentLine.js';
import { createPilot } from './pilot.js';

/** Everything that one connector is made of. */
export interface ConnectorHardware {
  readonly config: ConnectorConfig;
  readonly powerModule: PowerModule;
  readonly contactor: ObservedOutput;
  readonly meter: IntegratingMeter;
  /** Null where there is no sensor. */
  readonly plug: DigitalInput | null;
  /** Null for a fixed cable. */
  readonly lock: Lock | null;
  readonly pilot: { offer(limitMa: number | null): void } | null;
  readonly simulated: SimulatedConnector | null;
  /** Hears of faults, those that are there already included. One listener. */
  onFault(listener: FaultSink): void;
  close(): Promise<void>;
}

export interface FaultSink {
  raise(source: FaultSource, fault: Fault): void;
  clear(source: FaultSource): void;
}

export interface ConnectorHardwareOptions {
  config: ChargePointConfig;
  connector: ConnectorConfig;
  clock: Clock;
  bus: CanBus;
  simulated: SimulatedConnector | null;
  log: Log;
}

/** Builds a connector's parts. What is missing shows as a fault; nothing here throws because of it. */
export async function openConnectorHardware(options: ConnectorHardwareOptions): Promise<ConnectorHardware> {
  const { config, connector, clock, bus, simulated, log } = options;
  const { chipLabels } = config.gpio;
  const realPins = config.gpio.backend !== 'simulated';
  const held = new Map<FaultSource, Fault>();
  let sink: FaultSink | null = null;
  const raise = (source: FaultSource, fault: Fault): void => {
    held.set(source, fault);
    sink?.raise(source, fault);
  };
  const clear = (source: FaultSource): void => {
    if (held.delete(source)) sink?.clear(source);
  };
  const lineEvents = (source: FaultSource, errorCode: Fault['errorCode'], what: string): LineEvents => {
    let said = '';
    return {
      onOpen() {
        if (said !== '') log.info(`Connector ${connector.id}: ${what} works now`);
        said = '';
        clear(source);
      },
      onProblem(error) {
        const message = messageOf(error);
        const hint = error instanceof HardwareError ? error.hint : '';
        // It is tried again for ever; only something new is worth a line.
        if (message !== said) log.error(`Connector ${connector.id}: ${what} cannot be used: ${message}`, { hint });
        said = message;
        raise(source, hardwareFault(errorCode, `${what}: ${message}`));
      },
    };
  };
  const output = (pin: number, activeLow: boolean, source: FaultSource, code: Fault['errorCode'], what: string) =>
    persistentOutput(clock, () => openDigitalOutput({ pin, activeLow, chipLabels }), lineEvents(source, code, what));

  const contactor = openContactor();
  const powerModule = createPowerModule({
    clock,
    bus,
    idOffset: connector.canIdOffset,
    currentScaleMa: config.can.currentScaleMa,
  });
  const followModule = (): void => {
    const { health } = powerModule;
    if (health.state === 'failed') raise('power-module', hardwareFault('PowerMeterFailure', health.reason));
    else if (health.state === 'ok') clear('power-module');
  };
  powerModule.onHealth(followModule);
  followModule();
  const meter = await openMeter();
  const plug = openPlug();
  const lock = openLock();
  const pwm = connector.pwmPin !== null && realPins ? await openPilot(connector.pwmPin) : null;

  function openContactor(): ObservedOutput {
    if (!realPins && simulated !== null) return simulated.contactor;
    if (connector.relayPin === null) {
      // No relay of ours: the power module is the only switch.
      return simulated?.contactor ?? observeOutput(unwired());
    }
    const real = observeOutput(
      output(connector.relayPin, connector.relayActiveLow, 'contactor', 'PowerSwitchFailure', 'contactor'),
    );
    // A simulated car behind a real relay draws through that relay.
    if (simulated !== null) real.onWrite((active) => simulated.contactor.write(active));
    return real;
  }

  async function openMeter(): Promise<IntegratingMeter> {
    const path = join(config.stateDirectory, `meter-connector-${connector.id}.register`);
    const opened = await createEnergyMeter({
      clock,
      powerModule,
      contactor,
      store: createFileRegisterStore({ path }),
      voltageV: config.supply.voltageV,
      phases: simulated === null ? connector.phases : () => simulated.phasesInUse(),
    });
    const complain = (health: Health): void => {
      // Charging goes on: the journal has its own checkpoints and lifts the register at the next start.
      if (health.state === 'failed') {
        log.error(`Connector ${connector.id}: the meter register: ${health.reason}`, { hint: health.fix });
      }
    };
    complain(opened.health);
    opened.onHealth(complain);
    return opened;
  }

  function openPlug(): DigitalInput | null {
    if (!connector.hasPlugSensor) return null;
    if (!realPins && simulated !== null) return simulated.plug;
    const { plugPin: pin, plugActiveLow: activeLow } = connector;
    if (pin === null) return simulated?.plug ?? null;
    const events = lineEvents('plug-sensor', 'OtherError', 'plug sensor');
    return persistentInput(clock, () => openDigitalInput({ clock, pin, activeLow, chipLabels }), events);
  }

  function openLock(): Lock | null {
    if (!connector.hasLock) return null;
    if ((!realPins || connector.lockPin === null) && simulated !== null) {
      return createLock({ clock, output: simulated.lock, feedback: simulated.lockFeedback });
    }
    if (connector.lockPin === null) return null;
    const line = output(connector.lockPin, false, 'lock', 'ConnectorLockFailure', 'lock');
    return createLock({ clock, output: line, feedback: null });
  }

  async function openPilot(pin: number) {
    try {
      return await openPwm({ pin });
    } catch (error) {
      const hint = error instanceof HardwareError ? error.hint : '';
      log.error(`Connector ${connector.id}: the control pilot cannot be used: ${messageOf(error)}`, { hint });
      raise('pilot', hardwareFault('EVCommunicationError', `control pilot: ${messageOf(error)}`));
      return null;
    }
  }

  return {
    config: connector,
    powerModule,
    contactor,
    meter,
    plug,
    lock,
    pilot: pwm === null ? null : createPilot(pwm),
    simulated,
    onFault(listener) {
      sink = listener;
      for (const [source, fault] of held) listener.raise(source, fault);
    },
    async close() {
      powerModule.stop();
      contactor.write(false);
      await Promise.all([contactor.close(), lock?.close(), pwm?.close(), plug?.close(), powerModule.close()]);
      await meter.close();
    },
  };
}

/** Where no relay is wired: the module's START and STOP are all there is. */
function unwired() {
  let value = false;
  return {
    get value() {
      return value;
    },
    write(active: boolean) {
      value = active;
    },
    async close() {
      value = false;
    },
  };
}
