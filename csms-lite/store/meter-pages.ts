/**
 * Meter samples on disk. They are looked up by session, so their table has an index by session; but an index page per
 * running session would have to be written with every commit. So a commit takes one row, `meter_group`, with everything
 * that its moment brought, and some seconds of groups are then moved to `meter_page`: a row per session, with all its
 * samples of that time. Both are tables of the database: nothing is at risk in between, and readers use the view
 * `meter_reading` over both.
 */
import type { BulkValue, TelemetryEngine } from './dialect.js';

/** Groups are moved when they hold this many entries; a reader looks through about as many. */
export const MOVE_ENTRIES = 5000;
/** And this long after the first one at the latest. */
export const MOVE_MS = 2000;

/** Samples of one message. `samples` are texts of `sampleText`, joined by commas. */
export interface MeterEntry {
  stationId: string;
  connectorId: number;
  txId: number | null;
  samples: string;
}

/** JSON of one sample: time, time of receipt, kind, value, and the raw text where it says more than the value. */
export function sampleText(
  atMs: number,
  receivedAtMs: number,
  kindId: number,
  value: number | null,
  rawValue: string,
): string {
  const head = `[${atMs},${receivedAtMs},${kindId},${value}`;
  return value !== null && String(value) === rawValue ? `${head}]` : `${head},${JSON.stringify(rawValue)}]`;
}

/** What of an entry crosses to the telemetry thread, in this order, without an object each. */
export const ENTRY_VALUES = 4;

/** The groups that are not moved yet, by session. */
export class MeterPages {
  readonly #pages = new Map<string, MeterEntry>();
  #entries = 0;

  get isEmpty(): boolean {
    return this.#entries === 0;
  }

  get isFull(): boolean {
    return this.#entries >= MOVE_ENTRIES;
  }

  add(entry: MeterEntry): void {
    const key = `${entry.txId} ${entry.connectorId} ${entry.stationId}`;
    const page = this.#pages.get(key);
    if (page === undefined) this.#pages.set(key, { ...entry });
    else page.samples += `,${entry.samples}`;
    this.#entries += 1;
  }

  /** Values of `meter_page`, a row after the other. */
  rows(): BulkValue[] {
    const values: BulkValue[] = [];
    for (const { stationId, connectorId, txId, samples } of this.#pages.values())
      values.push(stationId, connectorId, txId, `[${samples}]`);
    return values;
  }

  clear(): void {
    this.#pages.clear();
    this.#entries = 0;
  }
}

/** JSON of a group; `entries` are values as of ENTRY_VALUES, some entries one after the other. */
export function groupText(entries: readonly BulkValue[]): string {
  let text = '';
  for (let at = 0; at < entries.length; at += ENTRY_VALUES) {
    const [station, connector, tx, samples] = [entries[at], entries[at + 1], entries[at + 2], entries[at + 3]];
    text += `${at === 0 ? '[' : ',['}${JSON.stringify(station)},${connector},${tx},[${samples}]]`;
  }
  return `[${text}]`;
}

/** Entries of groups that an earlier process has left. */
export function readGroups(engine: Pick<TelemetryEngine, 'texts'>): MeterEntry[] {
  const left: MeterEntry[] = [];
  for (const text of engine.texts('select entries from meter_group order by id'))
    for (const [stationId, connectorId, txId, samples] of JSON.parse(text) as [
      string,
      number,
      number | null,
      unknown[],
    ][])
      left.push({ stationId, connectorId, txId, samples: JSON.stringify(samples).slice(1, -1) });
  return left;
}
