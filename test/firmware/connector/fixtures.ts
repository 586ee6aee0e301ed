import type { Effect } from 'tapwatt/connector/effects.js';
import type { Authorization, Fault, OpenTransaction } from 'tapwatt/domain/records.js';
import type { Stamp } from 'tapwatt/domain/stamp.js';
import type { ConnectorSettings, ConnectorTraits } from 'tapwatt/threads/messages.js';

export const INCARNATION = '5f0c2c58-6d0b-4a52-9c1e-000000000000';

/** 2026-03-01T12:00:00Z, and a machine that booted 1000 s earlier. */
export const START: Stamp = { wallMs: Date.UTC(2026, 2, 1, 12), monotonicMs: 1_000_000 };

export const SETTINGS: ConnectorSettings = {
  connectionTimeoutS: 60,
  stopTransactionOnEvSideDisconnect: true,
  unlockConnectorOnEvSideDisconnect: true,
  sampleIntervalS: 0,
  clockAlignedIntervalS: 0,
  stopTransactionOnInvalidId: true,
  maxEnergyOnInvalidIdWh: null,
  clockOffsetMs: 0,
};

export const TRAITS: ConnectorTraits = {
  connectorId: 1,
  maximumCurrentMa: 32_000,
  phases: 1,
  hasLock: false,
  hasPlugSensor: true,
  checkpointIntervalS: 60,
};

export const GROUND_FAILURE: Fault = {
  errorCode: 'GroundFailure',
  info: 'RCD tripped',
  vendorId: null,
  vendorErrorCode: null,
};

export const SOMEBODY: Authorization = { idTag: 'A1B2C3D4', parentIdTag: null, source: 'local', reservationId: null };

/** A connector with a socket: the cable is locked. */
export const socket = { traits: { hasLock: true } };

/** A transaction as the journal gives it back. */
export function openTransaction(change: Partial<OpenTransaction> = {}): OpenTransaction {
  return {
    localId: '11111111-2222-4333-8444-555555555555',
    authorization: SOMEBODY,
    meterStartWh: 900,
    startedAt: { wallMs: START.wallMs - 600_000, monotonicMs: START.monotonicMs - 600_000 },
    lastEnergyWh: 990,
    transactionId: 42,
    deauthorized: false,
    ...change,
  };
}

/** What was told to main, by kind, in order. */
export function kinds(effects: readonly Effect[]): string[] {
  return effects.flatMap((effect) => {
    if (effect.t === 'power') return [effect.on ? 'power on' : 'power off'];
    if (effect.t === 'lock') return [effect.locked ? 'lock' : 'unlock'];
    if (effect.t === 'record') return [effect.record.t];
    return [];
  });
}
