import type { Clock, DigitalOutput, EnergyMeter, Health, MeterReading, PowerModule, Timer } from '@tapwatt/hal';
import type { FromConnector } from '../threads/messages.js';

/** Main switches off this long after the last renewal (architecture §2). */
export const LEASE_MS = 2000;

/** A timer that comes this late means that our own thread slept: renewals may be waiting to be read. */
const LATE_MS = 250;
const SECOND_LOOK_MS = 50;

export type PowerMessage = Extract<FromConnector, { t: 'power' }>;

export interface PowerOutputOptions {
  clock: Clock;
  powerModule: Pick<PowerModule, 'health' | 'start' | 'setLimit' | 'stop' | 'onHealth'>;
  contactor: DigitalOutput;
  meter: Pick<EnergyMeter, 'read'>;
  /** Control pilot, told of every change; null where not wired. */
  pilot: { offer(limitMa: number | null): void } | null;
  /** Why power may not flow now although it is asked for, or null. */
  blocked(): string | null;
  /** Answer to `power` off: the contactor is open and this was read after it. */
  onOff(reading: MeterReading): void;
  /** Main took the power away by itself. */
  onLost(reason: string, reading: MeterReading): void;
}

/** Power module, contactor and pilot of one connector, under a lease that its thread renews. */
export interface PowerOutput {
  readonly isOn: boolean;
  readonly limitMa: number | null;
  lease(message: PowerMessage): void;
  /** Takes power away at once when it is on: thread gone, hardware fault, shutdown. */
  cut(reason: string): void;
  /** A new thread says hello: what was taken from the one before does not count against it. */
  release(): void;
  /** As `cut`, without telling anybody and for ever. */
  close(): void;
}

/**
 * On: contactor closed, limit, START. Off: STOP, contactor open, and only then the last look at the meter.
 * The lease runs out by itself, so that a thread that hangs needs nobody's help to lose its power.
 */
export function createPowerOutput(options: PowerOutputOptions): PowerOutput {
  const { clock, powerModule, contactor, meter, pilot } = options;
  let limitMa: number | null = null;
  /** Power was taken away or refused: `power` on counts again after a `power` off or a new thread. */
  let latched = false;
  let closed = false;
  let renewedMs = 0;
  let expiry: Timer | null = null;

  const switchOff = (): void => {
    expiry?.cancel();
    expiry = null;
    limitMa = null;
    powerModule.stop();
    contactor.write(false);
    pilot?.offer(null);
  };

  const watchLease = (): void => {
    expiry?.cancel();
    const dueMs = renewedMs + LEASE_MS;
    expiry = clock.after(Math.max(0, dueMs - clock.monotonicMs()), () => expire(dueMs, false));
  };

  const expire = (dueMs: number, secondLook: boolean): void => {
    if (limitMa === null || renewedMs + LEASE_MS > dueMs) return;
    if (!secondLook && clock.monotonicMs() - dueMs > LATE_MS) {
      expiry = clock.after(SECOND_LOOK_MS, () => expire(dueMs, true));
      return;
    }
    cut('the power lease ran out');
  };

  const cut = (reason: string): void => {
    if (limitMa === null) return;
    latched = true;
    switchOff();
    options.onLost(reason, meter.read());
  };

  const turnOn = (wantedMa: number): void => {
    if (latched) return;
    const reason = options.blocked();
    if (reason !== null) {
      latched = true;
      options.onLost(reason, meter.read());
      return;
    }
    renewedMs = clock.monotonicMs();
    if (limitMa === null) {
      contactor.write(true);
      pilot?.offer(wantedMa);
      powerModule.start(wantedMa);
    } else if (limitMa !== wantedMa) {
      pilot?.offer(wantedMa);
      powerModule.setLimit(wantedMa);
    }
    limitMa = wantedMa;
    watchLease();
  };

  const stopListening = powerModule.onHealth((health: Health) => {
    if (health.state === 'failed') cut(health.reason);
  });

  return {
    get isOn() {
      return limitMa !== null;
    },
    get limitMa() {
      return limitMa;
    },
    lease(message) {
      if (closed) return;
      if (message.on) {
        turnOn(message.limitMa);
        return;
      }
      latched = false;
      switchOff();
      options.onOff(meter.read());
    },
    cut,
    release() {
      latched = false;
    },
    close() {
      if (closed) return;
      closed = true;
      stopListening();
      switchOff();
    },
  };
}
