import type { ObservedOutput } from '../gpio/observed.js';
import type { Clock, EnergyMeter, Health, MeterReading, PowerModule, Timer, Unsubscribe } from '../interfaces.js';
import { errorMessage, HardwareError } from '../support/errors.js';
import { createHealthKeeper } from '../support/healthKeeper.js';
import { addEnergy, isLess, registerOf, wholeWh } from './register.js';
import type { RegisterStore, RegisterValue } from './registerStore.js';

export interface EnergyMeterOptions {
  clock: Clock;
  /** Whose current is counted. */
  powerModule: Pick<PowerModule, 'onCurrent' | 'onHealth'>;
  /** Open contactor: no current, whatever the module says. Where no relay is wired: an observed memory output. */
  contactor: ObservedOutput;
  store: RegisterStore;
  /** Phase to neutral. */
  voltageV: number;
  /** Phases in use; asked at each change of current, so that a bench may change it with the car. */
  phases: number | (() => number);
  /** How often the register is saved while current flows. Default 60 000. */
  persistEveryMs?: number;
}

/** An energy meter that counts what the power module reports. */
export interface IntegratingMeter extends EnergyMeter {
  /** `failed` when the register could not be loaded or saved. Metering goes on. */
  readonly health: Health;
  onHealth(listener: (health: Health) => void): Unsubscribe;
  /** Bench only: the one way to lower the register. Saved at once. */
  setRegister(energyWh: number): void;
}

const SAVE_FIX = 'Check free space and permissions of the state directory (df, ls -l), and the SD card (dmesg).';

/**
 * Loads the register and begins to count.
 *
 * Energy is the sum of steps: a reported current counts until the next report. A trapezoid would be closer while the
 * current changes, but knows its area only with the next report, and a register that was already read must never turn
 * out smaller. From the moment the contactor opens, nothing is added: a reading taken after it is final. The last
 * current before a silence counts until the module is declared failed (3 s); after that nothing is measured, so nothing
 * is counted.
 */
export async function createEnergyMeter(options: EnergyMeterOptions): Promise<IntegratingMeter> {
  const { clock, powerModule, contactor, store, voltageV, persistEveryMs = 60_000 } = options;
  const keeper = createHealthKeeper(clock);
  const { phases: wired } = options;
  const phasesNow = typeof wired === 'number' ? () => wired : wired;

  let value: RegisterValue = { mWh: 0, uJ: 0 };
  try {
    value = (await store.load()) ?? value;
    keeper.ok();
  } catch (error) {
    // Counting from zero is right after all: the journal lifts the register (raiseTo), and sessions are differences.
    keeper.failed(errorMessage(error), error instanceof HardwareError ? error.hint : SAVE_FIX);
  }

  let saved = value;
  let flowMa = 0;
  let phases = phasesNow();
  let countedUntilMs = clock.monotonicMs();
  let saving: Promise<void> | null = null;
  let saveAgain = false;
  let closed = false;
  let timer: Timer | null = null;

  /** mA · V · ms = µJ. */
  function count(): void {
    const now = clock.monotonicMs();
    if (flowMa > 0) value = addEnergy(value, flowMa * voltageV * phases * (now - countedUntilMs));
    countedUntilMs = now;
  }

  function flow(currentMa: number): void {
    count();
    flowMa = contactor.value ? currentMa : 0;
    phases = phasesNow();
  }

  async function saveOnce(): Promise<void> {
    const snapshot = value;
    try {
      await store.save(snapshot);
      saved = snapshot;
      keeper.ok();
    } catch (error) {
      keeper.failed(`the energy register was not saved: ${errorMessage(error)}`, SAVE_FIX);
    }
  }

  /** One save at a time; what changed meanwhile is saved after it, once. */
  function persist(): Promise<void> {
    count();
    if (saving !== null) {
      saveAgain = true;
      return saving;
    }
    saving = (async () => {
      do {
        saveAgain = false;
        await saveOnce();
      } while (saveAgain);
      saving = null;
    })();
    return saving;
  }

  function persistNow(): void {
    if (!closed) void persist();
  }

  function persistRegularly(): void {
    timer = clock.after(persistEveryMs, () => {
      count();
      if (isLess(saved, value)) persistNow();
      persistRegularly();
    });
  }

  const unsubscribe = [
    powerModule.onCurrent(flow),
    powerModule.onHealth((health) => {
      if (health.state === 'failed') flow(0);
    }),
    contactor.onWrite((active) => {
      // After closing, the last report is of a time before; the next one tells what flows.
      flow(0);
      if (!active) persistNow();
    }),
  ];
  persistRegularly();

  return {
    get health() {
      return keeper.health;
    },
    onHealth: keeper.onHealth,
    read(): MeterReading {
      count();
      return {
        energyWh: wholeWh(value),
        powerW: Math.round((flowMa * voltageV * phases) / 1000),
        currentMa: Array.from({ length: phases }, () => flowMa),
        voltageV: Array.from({ length: phases }, () => voltageV),
        temperatureC: null,
        socPercent: null,
      };
    },
    raiseTo(energyWh) {
      count();
      const floor = registerOf(energyWh);
      if (!isLess(value, floor)) return;
      value = floor;
      persistNow();
    },
    setRegister(energyWh) {
      count();
      value = registerOf(energyWh);
      persistNow();
    },
    persist: persistNow,
    async close() {
      if (closed) return;
      closed = true;
      for (const take of unsubscribe) take();
      timer?.cancel();
      flow(0);
      await persist();
      await store.close();
    },
  };
}
