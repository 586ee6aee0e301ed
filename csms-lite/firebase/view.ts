import { readDriverView, type ViewSource } from '../web/driver/facts.js';
import type { DriverView } from '../web/driver/view.js';
import { type ChargerDocument, type ChargerFacts, type ConnectorEntry, connectorsOf } from './document.js';

export type { ViewSource };

/** A charger says for a moment after the stop that it still charges. */
const FLOWING = new Set(['Charging', 'SuspendedEV', 'SuspendedEVSE']);

/** The document with what the driver's page shows of each connector. It reads: a few queries for each connector. */
export async function withViews(
  csms: ViewSource,
  document: ChargerDocument,
  facts: ChargerFacts,
  nowMs: number,
): Promise<ChargerDocument> {
  const { station } = facts;
  const connectors: Record<string, ConnectorEntry> = {};
  for (const { connectorId, status } of connectorsOf(facts)) {
    const entry = document.connectors[connectorId];
    if (entry === undefined) continue;
    const known = station.connectors.find((one) => one.connectorId === connectorId);
    const connector = known ?? { ...BLANK, connectorId };
    const shown = entry.status === 'FINISHED' && FLOWING.has(status ?? '') ? 'Finishing' : status;
    const running = facts.sessions[connectorId] ?? null;
    const view = await readDriverView(csms, { station, connector: { ...connector, status: shown }, running }, nowMs);
    connectors[connectorId] = { ...entry, view: forDatabase(view) };
  }
  return { ...document, connectors };
}

const BLANK = {
  status: null,
  errorCode: null,
  info: null,
  vendorId: null,
  vendorErrorCode: null,
  statusAtMs: null,
  transactionId: null,
} as const;

/** The Realtime Database keeps neither null nor empty lists, and takes no undefined. */
function forDatabase(view: DriverView): DriverView {
  return JSON.parse(JSON.stringify(view)) as DriverView;
}
