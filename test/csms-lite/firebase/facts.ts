import type { Station, Transaction } from 'csms-lite/core/model.js';
import type { MirrorEvent } from 'csms-lite/firebase/mirror.js';

/** 14:00 on a day. */
export const T0 = Date.parse('2026-11-21T14:00:00Z');

export function station(status: string | null = 'Available', more: Partial<Station> = {}): Station {
  return {
    id: 'CP01',
    displayName: 'At the gate',
    connected: true,
    demo: false,
    connectors: [
      {
        connectorId: 1,
        status,
        errorCode: 'NoError',
        info: null,
        vendorId: null,
        vendorErrorCode: null,
        statusAtMs: T0,
        transactionId: null,
      },
    ],
    ...more,
  } as Station;
}

export function transaction(more: Partial<Transaction> = {}): Transaction {
  return {
    id: 27,
    transactionId: 27,
    chargePointId: 'CP01',
    connectorId: 1,
    idTag: 'A1B2C3D4',
    status: 'active',
    startedAtMs: T0,
    startReceivedAtMs: T0,
    stoppedAtMs: null,
    stopReceivedAtMs: null,
    stopReason: null,
    meterStart: 0,
    meterStop: null,
    energyWh: 0,
    authorization: 'Accepted',
    live: null,
    ...more,
  } as Transaction;
}

export function metered(energyWh: number, powerW: number, more: Partial<Transaction> = {}): Transaction {
  const live = {
    atMs: T0,
    energyWh,
    powerW,
    currentMa: null,
    voltageMv: null,
    socPercent: null,
    temperatureMilliC: null,
  };
  return transaction({ energyWh, live, ...more });
}

export function stopped(energyWh: number, atMs: number, more: Partial<Transaction> = {}): Transaction {
  return transaction({
    status: 'completed',
    energyWh,
    stoppedAtMs: atMs,
    stopReceivedAtMs: atMs,
    stopReason: 'Local',
    ...more,
  });
}

export function sessionEvent(of: Transaction): MirrorEvent {
  return { t: 'session', transaction: of };
}
