import type { ChargerDocument, ConnectorEntry } from '../firebase/document.js';
import { driverFragment } from '../web/driver/html.js';
import { type DriverView, RECEIPT_MS } from '../web/driver/view.js';
import type { Place } from './place.js';

/** As it is read: the Realtime Database makes a list of connectors 1, 2, 3 … and keeps neither null nor empty lists. */
export type ReadCharger = Omit<ChargerDocument, 'connectors'> & {
  connectors?: Record<string, ReadConnector | null> | (ReadConnector | null)[];
};
export type ReadConnector = Omit<ConnectorEntry, 'view'> & { view?: Partial<DriverView> };

export interface PageState {
  heading: string;
  note: string;
  /** Empty: what is shown is what is. */
  link: string;
  html: string;
}

/** csms-lite writes a running session every minute at least, an idle charger every 15 minutes. */
const RUNNING_STALE_MS = 3 * 60_000;
const IDLE_STALE_MS = 35 * 60_000;

/** Pure: what the page shows. @param charger undefined: not read yet; null: there is none */
export function pageState(
  charger: ReadCharger | null | undefined,
  { chargePointId, connectorId }: Place,
  { isLinked, nowMs }: { isLinked: boolean; nowMs: number },
): PageState {
  const heading = charger?.name ?? chargePointId;
  const note = `Connector ${connectorId}`;
  const offline = isLinked ? '' : 'No connection. What you see may be old.';
  if (charger === undefined) return { heading, note, link: isLinked ? 'Reading …' : 'Connecting …', html: '' };
  const entry = charger === null ? null : connectorOf(charger, connectorId);
  if (charger === null || entry === null)
    return { heading, note, link: offline, html: notice('There is no such charger', 'The code may be old.') };
  const updatedMs = Date.parse(entry.last_updated);
  const isStale = nowMs - updatedMs > (entry.view?.session == null ? IDLE_STALE_MS : RUNNING_STALE_MS);
  return {
    heading,
    note,
    link:
      offline !== ''
        ? offline
        : isStale
          ? 'The charger has not been heard of for a while. What you see may be old.'
          : '',
    html: driverFragment(viewOf(charger, entry, { chargePointId, connectorId }, nowMs), nowMs),
  };
}

function connectorOf(charger: ReadCharger, connectorId: number): ReadConnector | null {
  return (charger.connectors as Record<string, ReadConnector | null> | undefined)?.[String(connectorId)] ?? null;
}

/** The view with what the database left out put back, and without a receipt that is old by now. */
function viewOf(charger: ReadCharger, entry: ReadConnector, place: Place, nowMs: number): DriverView {
  const view: Partial<DriverView> = entry.view ?? {};
  const { session = null, receipt = null, prices = [], status = null } = view;
  const isFresh = receipt !== null && nowMs - receipt.stoppedAtMs <= RECEIPT_MS;
  return {
    ...place,
    name: charger.name,
    online: charger.online,
    status,
    session:
      session === null
        ? null
        : {
            ...session,
            powerW: session.powerW ?? null,
            socPercent: session.socPercent ?? null,
            cost: session.cost ?? null,
          },
    receipt: isFresh ? { ...receipt, lines: receipt.lines ?? [], total: receipt.total ?? null } : null,
    prices,
  };
}

function notice(word: string, advice: string): string {
  return `<section class="state off"><h2>${word}</h2><p class="advice">${advice}</p></section>`;
}
