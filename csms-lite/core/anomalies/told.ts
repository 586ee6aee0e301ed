import { ANOMALY_KINDS, type AnomalyFinding, type AnomalyUnit } from '@tapwatt/ocpp/anomaly/index.js';

/** What a charge point of ours says of its own current: DataTransfer vendorId `Tapwatt`, messageId `Anomaly`. */
export interface ToldAnomaly {
  connectorId: number;
  isOver: boolean;
  fromMs: number;
  finding: AnomalyFinding;
}

const UNITS: readonly AnomalyUnit[] = ['mA', 'ms', 'turns'];

/** Whether a DataTransfer is one. vendorId is a CiString. */
export function isAnomalyTransfer(vendorId: string, messageId: string | null): boolean {
  return vendorId.toLowerCase() === 'tapwatt' && messageId === 'Anomaly';
}

/** @returns null when it cannot be read; nothing in it is taken on trust. Pure. */
export function readTold(data: string | null, receivedAtMs: number): ToldAnomaly | null {
  const told = parse(data);
  const kind = ANOMALY_KINDS.find((known) => known === told?.kind);
  const unit = UNITS.find((known) => known === told?.unit);
  if (told === null || kind === undefined || unit === undefined) return null;
  const integer = (name: string): number | null => {
    const value = told[name];
    return Number.isSafeInteger(value) ? Number(value) : null;
  };
  const connectorId = integer('connectorId');
  const windowMs = integer('windowMs');
  const figure = integer('figure');
  const threshold = integer('threshold');
  if (connectorId === null || connectorId < 1 || windowMs === null || figure === null || threshold === null)
    return null;
  const fromMs = Date.parse(String(told.from));
  return {
    connectorId,
    isOver: told.state === 'cleared',
    fromMs: Number.isNaN(fromMs) ? receivedAtMs - windowMs : fromMs,
    finding: {
      kind,
      windowMs,
      figure,
      threshold,
      unit,
      currentMa: integer('currentMa'),
      limitMa: integer('limitMa'),
      commanded: told.commanded === true,
    },
  };
}

function parse(data: string | null): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(data ?? '');
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
