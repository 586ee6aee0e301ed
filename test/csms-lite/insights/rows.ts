import type { ConnectorRow, InsightRows, SessionRow, StatusRow } from 'csms-lite/insights/rows.js';

export const HOUR_MS = 3_600_000;
/** A Monday, 0:00 UTC. */
export const MONDAY_MS = Date.UTC(2026, 5, 1);

/** A session with what a test does not say filled in: one hour, 7 kWh, at CP-1 · 1. */
export function sessionRow(facts: Partial<SessionRow>): SessionRow {
  const startedAtMs = facts.startedAtMs ?? MONDAY_MS;
  return {
    stationId: 'CP-1',
    connectorId: 1,
    user: 'ada',
    stoppedAtMs: startedAtMs + HOUR_MS,
    energyWh: 7000,
    demo: false,
    ...facts,
    startedAtMs,
  };
}

export function connectorRow(facts: Partial<ConnectorRow>): ConnectorRow {
  return {
    stationId: 'CP-1',
    connectorId: 1,
    status: 'Available',
    errorCode: 'NoError',
    statusAtMs: MONDAY_MS,
    knownSinceMs: MONDAY_MS,
    demo: false,
    ...facts,
  };
}

/** Rows of so many hours from `MONDAY_MS`. */
export function insightRows(
  hours: number,
  parts: { sessions?: SessionRow[]; connectors?: ConnectorRow[]; statuses?: StatusRow[] },
): InsightRows {
  const toMs = MONDAY_MS + hours * HOUR_MS;
  return {
    nowMs: toMs,
    fromMs: MONDAY_MS,
    toMs,
    timeZone: 'UTC',
    sessions: [],
    connectors: [],
    statuses: [],
    ...parts,
  };
}
