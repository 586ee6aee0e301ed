import { randomUUID } from 'node:crypto';
import type { MeterReading } from '@tapwatt/hal';
import type { Authorization, ConnectorRecord, ConnectorSnapshot, StopReason } from 'tapwatt/domain/records.js';
import type { Stamp } from 'tapwatt/domain/stamp.js';
import type {
  ConnectorRestore,
  ConnectorSettings,
  FromConnector,
  Reservation,
  ToConnector,
} from 'tapwatt/threads/messages.js';

export function reading(energyWh: number): MeterReading {
  return { energyWh, powerW: 7360, currentMa: [32000], voltageV: [230], temperatureC: null, socPercent: null };
}

/**
 * A connector as the station knows it: it speaks ToConnector and FromConnector, keeps to the rules that the station
 * relies on (records in order, no power before `recorded`, everything unacknowledged again after `resend`), and does
 * nothing by itself.
 */
export class ScriptedConnector {
  readonly connectorId: number;
  readonly received: ToConnector[] = [];
  incarnation: string = randomUUID();
  settings: ConnectorSettings | null = null;
  restored: Omit<ConnectorRestore, 'faults' | 'pluggedIn' | 'reading' | 'at'> | null = null;
  operative = true;
  energyWh = 1000;
  transaction: { localId: string; authorization: Authorization; startSeq: number; startedAt: Stamp } | null = null;
  deauthorized = false;
  reservation: Reservation | null = null;
  /** Charging limit in force, mA per phase. */
  limitMa: number | null = null;
  /** False: `recorded` messages are lost. */
  hears = true;
  readonly hasPlugSensor: boolean;
  #pluggedIn: boolean | null;
  #waiting: Authorization | null = null;
  #finishing = false;
  #fault: ConnectorSnapshot['errorCode'] = 'NoError';
  #seq = 0;
  #acknowledged = 0;
  #unacknowledged: { seq: number; record: ConnectorRecord }[] = [];
  readonly #send: (message: FromConnector) => void;
  readonly #now: () => Stamp;

  constructor(
    connectorId: number,
    send: (message: FromConnector) => void,
    now: () => Stamp,
    { hasPlugSensor = true }: { hasPlugSensor?: boolean } = {},
  ) {
    this.connectorId = connectorId;
    this.hasPlugSensor = hasPlugSensor;
    this.#pluggedIn = hasPlugSensor ? false : null;
    this.#send = send;
    this.#now = now;
  }

  /** Power may flow: the start is on disk. */
  get isPowered(): boolean {
    return this.transaction !== null && this.#acknowledged >= this.transaction.startSeq && !this.deauthorized;
  }

  get unacknowledged(): number {
    return this.#unacknowledged.length;
  }

  receive(message: ToConnector): void {
    this.received.push(message);
    switch (message.t) {
      case 'recorded':
        if (!this.hears) return;
        this.#acknowledged = Math.max(this.#acknowledged, message.seq);
        this.#unacknowledged = this.#unacknowledged.filter(({ seq }) => seq > message.seq);
        this.show();
        return;
      case 'settings':
        this.settings = message.settings;
        return;
      case 'reservation':
        this.reservation = message.reservation;
        this.show();
        return;
      case 'limit':
        this.limitMa = message.limitMa;
        return;
      case 'authorize':
        if (!this.operative || this.transaction !== null) return;
        this.#waiting = message.authorization;
        this.#finishing = false;
        this.#startIfReady();
        this.show();
        return;
      case 'stop':
        if (this.transaction !== null) this.end(message.reason, message.idTag);
        this.#waiting = null;
        this.show();
        return;
      case 'deauthorized':
        if (this.transaction?.localId !== message.localId) return;
        this.deauthorized = true;
        if (this.settings?.stopTransactionOnInvalidId !== false) this.end('DeAuthorized', null);
        this.show();
        return;
      case 'availability':
        this.operative = message.operative;
        this.show();
        return;
      case 'unlock':
        if (this.transaction !== null) this.end('UnlockCommand', null);
        this.#send({ t: 'unlock-result', requestId: message.requestId, result: 'Unlocked' });
        this.show();
        return;
      case 'sample':
        this.sample(message.context);
        return;
      case 'resend':
        for (const { seq, record } of this.#unacknowledged) this.#transmit(seq, record);
        this.show();
        return;
      default:
        return;
    }
  }

  restore(restore: NonNullable<ScriptedConnector['restored']>): void {
    this.restored = restore;
    this.settings = restore.settings;
    this.operative = restore.operative;
    this.limitMa = restore.limitMa;
    this.reservation = restore.reservation;
    if (restore.transaction !== null && this.transaction === null) {
      const { localId, authorization, startedAt } = restore.transaction;
      this.transaction = { localId, authorization, startSeq: 0, startedAt };
    }
    this.show();
  }

  plugIn(): void {
    this.#pluggedIn = true;
    this.#startIfReady();
    this.show();
  }

  plugOut(): void {
    this.#pluggedIn = false;
    if (this.transaction !== null) this.end('EVDisconnected', null);
    this.#finishing = false;
    this.show();
  }

  fault(errorCode: ConnectorSnapshot['errorCode']): void {
    this.#fault = errorCode;
    this.show();
  }

  /** A periodic or clock-aligned sample after `addWh` more. */
  sample(context: Extract<ConnectorRecord, { t: 'MeterSampled' }>['context'] = 'Sample.Periodic', addWh = 0): void {
    this.energyWh += addWh;
    this.record({
      t: 'MeterSampled',
      localId: this.transaction?.localId ?? null,
      context,
      reading: reading(this.energyWh),
      offeredMa: 32000,
      at: this.#now(),
    });
  }

  end(reason: StopReason, idTag: string | null): void {
    if (this.transaction === null) return;
    this.record({
      t: 'TransactionEnded',
      localId: this.transaction.localId,
      reason,
      idTag,
      meterStopWh: this.energyWh,
      reading: reading(this.energyWh),
      at: this.#now(),
    });
    this.transaction = null;
    this.deauthorized = false;
    this.#finishing = this.#pluggedIn === true;
  }

  record(record: ConnectorRecord): number {
    this.#seq += 1;
    this.#unacknowledged.push({ seq: this.#seq, record });
    this.#transmit(this.#seq, record);
    return this.#seq;
  }

  show(): void {
    this.#send({ t: 'snapshot', snapshot: this.snapshot() });
  }

  snapshot(): ConnectorSnapshot {
    const { transaction } = this;
    return {
      connectorId: this.connectorId,
      status: this.#status(),
      errorCode: this.#fault,
      info: null,
      vendorId: null,
      vendorErrorCode: null,
      pluggedIn: this.#pluggedIn,
      transaction:
        transaction === null
          ? null
          : {
              localId: transaction.localId,
              idTag: transaction.authorization.idTag,
              parentIdTag: transaction.authorization.parentIdTag,
              startedAt: transaction.startedAt,
              meterStartWh: 0,
              energyWh: 0,
              currentMa: 0,
              limitMa: 32000,
            },
      waitingIdTag: this.#waiting?.idTag ?? null,
      waitingForTag:
        (this.#status() === 'Preparing' || (this.#status() === 'Reserved' && this.#pluggedIn === true)) &&
        this.#waiting === null &&
        transaction === null,
      at: this.#now(),
    };
  }

  #status(): ConnectorSnapshot['status'] {
    if (this.#fault !== 'NoError') return 'Faulted';
    if (this.transaction !== null)
      return this.deauthorized ? 'SuspendedEVSE' : this.isPowered ? 'Charging' : 'Preparing';
    if (!this.operative) return 'Unavailable';
    if (this.#waiting !== null) return 'Preparing';
    if (this.#finishing) return 'Finishing';
    if (this.reservation !== null) return 'Reserved';
    return this.#pluggedIn === true ? 'Preparing' : 'Available';
  }

  #startIfReady(): void {
    if (this.#waiting === null || this.#pluggedIn === false) return;
    const authorization = this.#waiting;
    this.#waiting = null;
    const localId = randomUUID();
    const startedAt = this.#now();
    this.transaction = { localId, authorization, startSeq: this.#seq + 1, startedAt };
    this.record({
      t: 'TransactionStarted',
      localId,
      authorization,
      meterStartWh: this.energyWh,
      reading: reading(this.energyWh),
      at: startedAt,
    });
  }

  #transmit(seq: number, record: ConnectorRecord): void {
    this.#send({ t: 'record', incarnation: this.incarnation, seq, record });
  }
}
