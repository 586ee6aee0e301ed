import type { MeterReading } from '@tapwatt/hal';
import type { Effect, TimerName } from 'tapwatt/connector/effects.js';
import type { ConnectorEvent } from 'tapwatt/connector/events.js';
import { step } from 'tapwatt/connector/machine.js';
import { type ConnectorState, initialState } from 'tapwatt/connector/state.js';
import { deriveStatus, transitionCode } from 'tapwatt/connector/status.js';
import type {
  Authorization,
  ConnectorRecord,
  ConnectorSnapshot,
  ConnectorStatus,
  Fault,
  StopReason,
} from 'tapwatt/domain/records.js';
import type { Stamp } from 'tapwatt/domain/stamp.js';
import type { ConnectorRestore, ConnectorSettings, ConnectorTraits, Reservation } from 'tapwatt/threads/messages.js';
import { GROUND_FAILURE, INCARNATION, SETTINGS, SOMEBODY, START, TRAITS } from './fixtures.js';

type WithoutTime<T> = T extends unknown ? Omit<T, 'at'> & { at?: Stamp } : never;

export interface BenchOptions {
  traits?: Partial<ConnectorTraits>;
  settings?: Partial<ConnectorSettings>;
  restore?: Partial<ConnectorRestore>;
  /** False: the test sends the `restore` itself. */
  restored?: boolean;
}

/**
 * The world around one machine, in virtual time: a journal that acknowledges, a main that answers, a meter that counts
 * what the car draws, and the shell's timers. Each answer can be withheld.
 */
export class Bench {
  state: ConnectorState;
  now: Stamp = START;
  readonly effects: Effect[] = [];
  readonly records: ConnectorRecord[] = [];
  /** Statuses in the order in which they were reported. */
  readonly statuses: ConnectorStatus[] = [];
  readonly unlockResults: { requestId: string; result: string }[] = [];
  /** What main has on the output and on the lock. */
  power: { on: true; limitMa: number } | { on: false } = { on: false };
  locked = false;
  journalAnswers = true;
  powerOffAnswers = true;
  lockAnswers: 'works' | 'fails' | 'silent' = 'works';
  energyWh = 1000;
  /** What the car takes while power is on. */
  drawMa = 16_000;
  #energyWs = 0;
  #busy = false;
  readonly #inbox: ConnectorEvent[] = [];
  #lastSeq = 0;
  #readingAt = START.monotonicMs;
  readonly options: BenchOptions;

  constructor(options: BenchOptions = {}) {
    this.options = options;
    this.state = initialState({ ...TRAITS, ...options.traits }, INCARNATION);
    if (options.restored !== false) this.restore();
  }

  get status(): ConnectorStatus {
    return deriveStatus(this.state);
  }

  get snapshot(): ConnectorSnapshot {
    const snapshot = this.state.told.snapshot;
    if (snapshot === null) throw new Error('nothing was reported yet');
    return snapshot;
  }

  /** Codes of §4.9 of what was reported since `from` (an index into `statuses`). */
  codes(from = 0): (string | null)[] {
    return this.statuses.slice(from).flatMap((status, i) => {
      const before = this.statuses[from + i - 1];
      return before === undefined || before === status ? [] : [transitionCode(before, status)];
    });
  }

  ended(): Extract<ConnectorRecord, { t: 'TransactionEnded' }>[] {
    return this.records.filter((record) => record.t === 'TransactionEnded');
  }

  started(): Extract<ConnectorRecord, { t: 'TransactionStarted' }>[] {
    return this.records.filter((record) => record.t === 'TransactionStarted');
  }

  sampled(): Extract<ConnectorRecord, { t: 'MeterSampled' }>[] {
    return this.records.filter((record) => record.t === 'MeterSampled');
  }

  reading(): MeterReading {
    const currentMa = this.power.on ? Math.min(this.drawMa, this.power.limitMa) : 0;
    return {
      energyWh: this.energyWh,
      powerW: (currentMa * 230) / 1000,
      currentMa: [currentMa],
      voltageV: [230],
      temperatureC: null,
      socPercent: null,
    };
  }

  restore(change: Partial<ConnectorRestore> = {}): void {
    this.send({
      t: 'restore',
      restore: {
        settings: { ...SETTINGS, ...this.options.settings },
        operative: true,
        transaction: null,
        reservation: null,
        faults: [],
        pluggedIn: this.state.traits.hasPlugSensor ? false : null,
        reading: this.reading(),
        limitMa: null,
        at: this.now,
        ...this.options.restore,
        ...change,
      },
    });
  }

  /** Sends an event at this moment, and then whatever the world answers to it, one after the other as ports do. */
  send(event: WithoutTime<ConnectorEvent>): this {
    this.#inbox.push({ at: this.now, ...event } as ConnectorEvent);
    if (this.#busy) return this;
    this.#busy = true;
    for (let next = this.#inbox.shift(); next !== undefined; next = this.#inbox.shift()) {
      const result = step(this.state, next);
      this.state = result.state;
      this.effects.push(...result.effects);
      for (const effect of result.effects) this.#answer(effect);
    }
    this.#busy = false;
    return this;
  }

  #answer(effect: Effect): void {
    switch (effect.t) {
      case 'power':
        this.power = effect.on ? { on: true, limitMa: effect.limitMa } : { on: false };
        if (!effect.on && this.powerOffAnswers) this.send({ t: 'power-is-off', reading: this.reading() });
        return;
      case 'lock':
        if (this.lockAnswers === 'silent') return;
        if (this.lockAnswers === 'works') this.locked = effect.locked;
        this.send({ t: 'lock-result', locked: this.locked, ok: this.locked === effect.locked });
        return;
      case 'record':
        // As the journal does: once each, in order, and nothing after a gap.
        if (effect.seq === this.#lastSeq + 1 && this.journalAnswers) {
          this.#lastSeq = effect.seq;
          this.records.push(effect.record);
        }
        if (this.journalAnswers) this.send({ t: 'recorded', seq: this.#lastSeq });
        return;
      case 'unlock-result':
        this.unlockResults.push({ requestId: effect.requestId, result: effect.result });
        return;
      case 'snapshot':
        if (this.statuses.at(-1) !== effect.snapshot.status) this.statuses.push(effect.snapshot.status);
        return;
      case 'set-timer':
      case 'clear-timer':
      case 'close':
        return;
    }
  }

  /** Lets time pass: timers fire, and a reading comes each second. */
  pass(seconds: number): this {
    const endMs = this.now.monotonicMs + seconds * 1000;
    for (;;) {
      const timers = Object.entries(this.state.told.timers) as [TimerName, number][];
      const next = timers.sort(([, a], [, b]) => a - b)[0];
      const readingMs = this.#readingAt + 1000;
      const untilMs = Math.min(endMs, readingMs, next?.[1] ?? Number.POSITIVE_INFINITY);
      this.#elapse(Math.max(0, untilMs - this.now.monotonicMs));
      if (next !== undefined && next[1] <= this.now.monotonicMs) this.send({ t: 'timer', name: next[0] });
      else if (readingMs <= this.now.monotonicMs) {
        this.#readingAt = readingMs;
        this.send({ t: 'reading', reading: this.reading() });
      } else if (this.now.monotonicMs >= endMs) return this;
    }
  }

  #elapse(ms: number): void {
    const [currentMa = 0] = this.reading().currentMa;
    this.#energyWs += (((currentMa * 230) / 1000) * ms) / 1000;
    const wh = Math.floor(this.#energyWs / 3600);
    this.energyWh += wh;
    this.#energyWs -= wh * 3600;
    this.now = { wallMs: this.now.wallMs + ms, monotonicMs: this.now.monotonicMs + ms };
  }

  /** The system clock is set; monotonic time goes on as before. */
  setClock(byMs: number): this {
    this.now = { ...this.now, wallMs: this.now.wallMs + byMs };
    return this;
  }

  plugIn(): this {
    return this.send({ t: 'plug', pluggedIn: true });
  }

  plugOut(): this {
    return this.send({ t: 'plug', pluggedIn: false });
  }

  /** The station has authorised a tag. */
  authorize(change: Partial<Authorization> = {}): this {
    return this.send({ t: 'authorize', authorization: { ...SOMEBODY, ...change } });
  }

  stop(reason: StopReason = 'Local', idTag: string | null = reason === 'Local' ? SOMEBODY.idTag : null): this {
    return this.send({ t: 'stop', reason, idTag });
  }

  limit(limitMa: number | null): this {
    return this.send({ t: 'limit', limitMa });
  }

  fault(fault: Fault = GROUND_FAILURE): this {
    return this.send({ t: 'fault', fault });
  }

  clearFault(errorCode: Fault['errorCode'] = 'GroundFailure'): this {
    return this.send({ t: 'fault-cleared', errorCode });
  }

  availability(operative: boolean): this {
    return this.send({ t: 'availability', operative });
  }

  reserve(reservation: Reservation | null = { reservationId: 7, idTag: 'A1B2C3D4', parentIdTag: null }): this {
    return this.send({ t: 'reservation', reservation });
  }

  settings(change: Partial<ConnectorSettings>): this {
    return this.send({ t: 'settings', settings: { ...this.state.settings, ...change } });
  }

  /** The central system has refused the tag of the running transaction. */
  deauthorize(): this {
    const localId = this.snapshot.transaction?.localId;
    if (localId === undefined) throw new Error('no transaction to refuse');
    return this.send({ t: 'deauthorized', localId });
  }

  charge(): this {
    return this.plugIn().authorize().pass(2);
  }
}
