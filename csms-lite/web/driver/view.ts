import type { Connector, Station, Transaction } from '../../core/model.js';
import type { Cost, TariffSnapshot } from '../../core/tariffs/cost.js';
import { amountText, priceText } from '../../core/tariffs/money.js';

/** What a driver may see of a connector: nothing about who charges. */
export interface DriverView {
  chargePointId: string;
  connectorId: number;
  name: string;
  online: boolean;
  /** OCPP ChargePointStatus; null when it was never told. */
  status: string | null;
  session: SessionView | null;
  receipt: ReceiptView | null;
  /** Price lines of a session that would start now; empty: free, or nothing is known. */
  prices: readonly string[];
}

export interface SessionView {
  id: number;
  startedAtMs: number;
  energyWh: number;
  /** null: not told. */
  powerW: number | null;
  socPercent: number | null;
  /** `3.27 EUR`; null: free. */
  cost: string | null;
}

export interface ReceiptView {
  id: number;
  startedAtMs: number;
  stoppedAtMs: number;
  energyWh: number;
  lines: readonly { label: string; amount: string }[];
  total: string | null;
}

export interface DriverFacts {
  station: Station;
  connector: Connector;
  running: Transaction | null;
  runningCost: Cost | null;
  ended: Transaction | null;
  endedCost: Cost | null;
  tariff: TariffSnapshot | null;
  nowMs: number;
}

/** How long the receipt of the last session stands on the page. */
export const RECEIPT_MS = 15 * 60_000;

/** Nothing flows while a connector says one of these, whatever its last meter value was. */
const NO_FLOW = new Set(['SuspendedEV', 'SuspendedEVSE', 'Finishing', 'Available', 'Faulted', 'Unavailable']);

function money(minor: number, currency: string): string {
  return `${amountText(minor, currency)} ${currency}`;
}

const LINE_LABELS: Record<Cost['lines'][number]['kind'], string> = {
  energy: 'Energy',
  time: 'Time',
  session: 'Per session',
  idle: 'Occupied after charging',
};

function receiptOf(ended: Transaction, cost: Cost | null): ReceiptView {
  const lines = (cost?.lines ?? []).map(({ kind, amountMinor }) => ({
    label: LINE_LABELS[kind],
    amount: money(amountMinor, cost?.currency ?? ''),
  }));
  if (cost !== null && cost.taxMinor !== 0)
    lines.push({ label: 'Tax in it', amount: money(cost.taxMinor, cost.currency) });
  return {
    id: ended.id,
    startedAtMs: ended.startedAtMs,
    stoppedAtMs: ended.stoppedAtMs ?? ended.startedAtMs,
    energyWh: ended.energyWh,
    lines,
    total: cost === null ? null : money(cost.totalMinor, cost.currency),
  };
}

function pricesOf(tariff: TariffSnapshot | null): string[] {
  if (tariff === null) return [];
  const { currency } = tariff;
  const price = (micros: number, per: string): string[] =>
    micros === 0 ? [] : [`${priceText(micros, currency)} ${currency} ${per}`];
  const lines = [
    ...price(tariff.perKwhMicros, 'per kWh'),
    ...price(tariff.perMinuteMicros, 'per minute'),
    ...price(tariff.perSessionMicros, 'per session'),
    ...price(tariff.perIdleMinuteMicros, 'per minute after charging'),
  ];
  if (tariff.perIdleMinuteMicros !== 0 && tariff.idleGraceMinutes > 0)
    lines.push(`first ${tariff.idleGraceMinutes} min after charging are free`);
  if (tariff.taxBasisPoints !== 0)
    lines.push(`${tariff.taxBasisPoints / 100} % tax ${tariff.pricesIncludeTax ? 'included' : 'is added'}`);
  return lines;
}

/** Pure: what the page of one connector says. */
export function driverView(facts: DriverFacts): DriverView {
  const { station, connector, running, runningCost, ended, nowMs } = facts;
  const fresh = ended !== null && nowMs - (ended.stopReceivedAtMs ?? ended.stoppedAtMs ?? 0) <= RECEIPT_MS;
  return {
    chargePointId: station.id,
    connectorId: connector.connectorId,
    name: station.displayName ?? station.id,
    online: station.connected,
    status: connector.status,
    session:
      running === null
        ? null
        : {
            id: running.id,
            startedAtMs: running.startedAtMs,
            energyWh: running.energyWh,
            powerW: NO_FLOW.has(connector.status ?? '') ? 0 : (running.live?.powerW ?? null),
            socPercent: running.live?.socPercent ?? null,
            cost: runningCost === null ? null : money(runningCost.totalMinor, runningCost.currency),
          },
    receipt: running === null && ended !== null && fresh ? receiptOf(ended, facts.endedCost) : null,
    prices: pricesOf(facts.tariff),
  };
}

/** What a driver should know about a status, in a sentence; OCPP's word is for operators. */
export function adviceOf(view: Pick<DriverView, 'status' | 'online'>): { word: string; advice: string; tone: string } {
  const offline = view.online ? '' : ' The charger is not connected at the moment: this may be old.';
  const say = (word: string, advice: string, tone: string) => ({ word, advice: `${advice}${offline}`.trim(), tone });
  switch (view.status) {
    case 'Available':
      return say('Free', 'Plug in, then hold your card to the reader.', 'ready');
    case 'Preparing':
      return say('Getting ready', 'Plug in and hold your card to the reader; either may come first.', 'wait');
    case 'Charging':
      return say('Charging', '', 'live');
    case 'SuspendedEV':
      return say('Paused by the car', 'It charges on when the car asks for power.', 'wait');
    case 'SuspendedEVSE':
      return say('Paused by the charger', 'It charges on by itself when there is power for it.', 'wait');
    case 'Finishing':
      return say('Finished', 'Unplug your car.', 'ready');
    case 'Reserved':
      return say('Reserved', 'It is kept for somebody.', 'wait');
    case 'Unavailable':
      return say('Out of service', 'Please use another connector.', 'off');
    case 'Faulted':
      return say('Out of order', 'Please use another connector.', 'fault');
    default:
      return say(view.status ?? 'Not known yet', 'The charger has not told its state.', 'off');
  }
}
