import type { Connector, Station, Transaction } from '../../core/model.js';
import type { Csms } from '../../core/services.js';
import { type DriverView, driverView } from './view.js';

/** A connector with its station and the session that runs on it. */
export interface Place {
  station: Station;
  connector: Connector;
  running: Transaction | null;
}

/** What `readDriverView` asks csms-lite for. */
export type ViewSource = Pick<Csms, 'costs' | 'tariffs' | 'transactions'>;

/** A station's newest sessions that are looked through for the last one of a connector. */
const LOOK_BACK = 20;

/** @returns null when there is no such connector. @throws ServiceError charge_point_not_found */
export async function placeOf(csms: Csms, chargePointId: string, connectorId: number): Promise<Place | null> {
  const station = await csms.stations.get(chargePointId);
  const connector = station.connectors.find((one) => one.connectorId === connectorId);
  if (connector === undefined || station.demo) return null;
  const running = connector.transactionId === null ? null : await csms.transactions.get(connector.transactionId);
  return { station, connector, running };
}

/** What the page of a connector says now. */
export async function readDriverView(csms: ViewSource, place: Place, nowMs: number): Promise<DriverView> {
  const { station, connector, running } = place;
  const { connectorId } = connector;
  let ended: Transaction | null = null;
  if (running === null) {
    const page = await csms.transactions.list({ chargePointId: station.id, limit: LOOK_BACK });
    const here = page.items.filter((one) => one.connectorId === connectorId && one.status === 'completed');
    ended = here.sort((a, b) => (b.stoppedAtMs ?? 0) - (a.stoppedAtMs ?? 0))[0] ?? null;
  }
  return driverView({
    station,
    connector,
    running,
    runningCost: running === null ? null : (await csms.costs.get(running.id)).cost,
    ended,
    endedCost: ended === null ? null : (await csms.costs.get(ended.id)).cost,
    tariff: running === null ? await csms.tariffs.effective(station.id, connectorId) : null,
    nowMs,
  });
}
