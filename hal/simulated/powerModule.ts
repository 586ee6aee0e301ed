import { decodePowerModuleMessage, encodePowerModuleMessage, type PowerModuleAddress } from '../can/frames.js';
import type { ObservedOutput } from '../gpio/observed.js';
import type { CanBus, Clock, Timer } from '../interfaces.js';
import { createNoise } from './noise.js';

/**
 * `silent` delivers but reports nothing; `stuck-on` takes neither STOP nor limits: only the contactor ends the current;
 * `welded` the same with contacts that do not open any more: only the car ends it; `noisy` reports up to 20 % beside the
 * truth, among broken and foreign frames; `oscillating` goes down to a fifth and up again every 10 s; `runaway` goes to
 * half as much again as its limit, whatever the car asked for; `drifting` delivers 8 % too much.
 */
export type PowerModuleMode =
  | 'normal'
  | 'silent'
  | 'stuck-on'
  | 'noisy'
  | 'oscillating'
  | 'runaway'
  | 'drifting'
  | 'welded';

export interface SimulatedPowerModuleOptions extends PowerModuleAddress {
  clock: Clock;
  /** The module's own node on the bus. */
  bus: CanBus;
  contactor: ObservedOutput;
  /** What the car draws of an offer; see SimulatedEv.demandMa. */
  demandMa(offered: boolean, nowMs: number): number;
  /** Phases that carry the current. */
  phases(): number;
  /** Phase to neutral. */
  voltageV: number;
  seed?: number;
}

/** Power electronics that answer CAN frames. */
export interface SimulatedPowerModule {
  readonly mode: PowerModuleMode;
  /** Flowing now, per phase. */
  readonly currentMa: number;
  /** Its own count of what it delivered. */
  readonly deliveredMwh: number;
  setMode(mode: PowerModuleMode): void;
  /** The car is unplugged: no current from this moment. */
  interrupt(): void;
  close(): Promise<void>;
}

const TICK_MS = 1000;
/** Of the way to its target, each tick. */
const APPROACH = 0.2;
/** Closer than this it is there. */
const ARRIVED_MA = 50;
/** Until 0x210 says otherwise. */
const FIRST_LIMIT_MA = 32_000;
const NOISE = 0.2;
const HALF_SWING_MS = 5000;
const SWING = 0.2;
const RUNAWAY = 1.5;
const DRIFT = 1.08;

export function createSimulatedPowerModule(options: SimulatedPowerModuleOptions): SimulatedPowerModule {
  const { clock, bus, contactor } = options;
  const noise = createNoise(options.seed ?? 1);
  let mode: PowerModuleMode = 'normal';
  let running = false;
  let limitMa = FIRST_LIMIT_MA;
  let currentMa = 0;
  let deliveredUj = 0;
  let countedUntilMs = clock.monotonicMs();
  let timer: Timer;

  /** The current was the same since the last call: mA · V · ms = µJ. */
  function count(): void {
    const now = clock.monotonicMs();
    deliveredUj += currentMa * options.voltageV * options.phases() * (now - countedUntilMs);
    countedUntilMs = now;
  }

  function interrupt(): void {
    count();
    currentMa = 0;
  }

  function targetMa(): number {
    const now = clock.monotonicMs();
    const unstoppable = mode === 'stuck-on' || mode === 'welded';
    const mostMa = unstoppable ? Number.POSITIVE_INFINITY : limitMa;
    const offered = (unstoppable || running) && isClosed() && mostMa > 0;
    const demandMa = options.demandMa(offered, now);
    const wantedMa = Math.min(mostMa, demandMa);
    if (mode === 'oscillating' && Math.floor(now / HALF_SWING_MS) % 2 === 1) return wantedMa * SWING;
    if (mode === 'runaway' && demandMa > 0) return mostMa * RUNAWAY;
    return mode === 'drifting' ? wantedMa * DRIFT : wantedMa;
  }

  function isClosed(): boolean {
    return contactor.value || mode === 'welded';
  }

  function report(): void {
    if (mode === 'silent') return;
    const beside = mode === 'noisy' ? 1 + (noise.next() * 2 - 1) * NOISE : 1;
    const frame = encodePowerModuleMessage({ t: 'current', currentMa: currentMa * beside }, options);
    if (mode === 'noisy') {
      bus.send({ id: frame.id, data: noise.bytes(1) });
      bus.send({ id: 0x7ff, data: noise.bytes(8) });
    }
    bus.send(frame);
  }

  function tick(): void {
    count();
    const target = targetMa();
    currentMa += (target - currentMa) * APPROACH;
    if (Math.abs(target - currentMa) < ARRIVED_MA) currentMa = target;
    report();
    timer = clock.after(TICK_MS, tick);
  }

  const unsubscribeBus = bus.onFrame((frame) => {
    const message = decodePowerModuleMessage(frame, options);
    switch (message?.t) {
      case 'start':
        running = true;
        return;
      case 'stop':
        running = false;
        return;
      case 'limit':
        limitMa = message.limitMa;
        return;
      case 'current':
      case undefined:
        return;
    }
  });
  const unsubscribeContactor = contactor.onWrite((closed) => {
    if (!closed && !isClosed()) interrupt();
  });
  timer = clock.after(TICK_MS, tick);

  return {
    get mode() {
      return mode;
    },
    get currentMa() {
      return Math.round(currentMa);
    },
    get deliveredMwh() {
      count();
      return Math.floor(deliveredUj / 3_600_000);
    },
    setMode(next) {
      mode = next;
      if (!isClosed()) interrupt();
    },
    interrupt,
    async close() {
      timer.cancel();
      unsubscribeBus();
      unsubscribeContactor();
      await bus.close();
    },
  };
}
