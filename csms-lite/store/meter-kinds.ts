import type { Kysely } from 'kysely';
import type { BulkRow } from './dialect.js';
import type { Database } from './schema.js';
import type { MeterKindTable } from './schema-telemetry.js';

/** As a normalised sample has it. */
export interface MeterKind extends Omit<MeterKindTable, 'id' | 'raw_unit'> {
  rawUnit: string | null;
}

/** Numbers for kinds of samples. */
export interface MeterKinds {
  /** The number of a kind; a new one is remembered to be written with the next samples. */
  idOf(kind: MeterKind): number;
  /** Kinds that are not known to be on disk, in the order of BULK_COLUMNS.meter_kind. */
  unwritten(): BulkRow[];
  /** Those have been committed. */
  written(rows: readonly BulkRow[]): void;
}

/** A charge point that makes up words without end must not fill our memory. */
const MAXIMUM_KINDS = 10_000;

export async function loadMeterKinds(db: Kysely<Database>): Promise<MeterKinds> {
  const ids = new Map<string, number>();
  let lastId = 0;
  for (const { id, raw_unit, ...kind } of await db.selectFrom('meter_kind').selectAll().execute()) {
    ids.set(keyOf({ ...kind, rawUnit: raw_unit }), id);
    lastId = Math.max(lastId, id);
  }
  const fresh = new Map<number, BulkRow>();

  const idOf = (kind: MeterKind): number => {
    const key = keyOf(kind);
    const known = ids.get(key);
    if (known !== undefined) return known;
    if (ids.size >= MAXIMUM_KINDS && kind.measurand !== OTHER.measurand) return idOf({ ...OTHER, unit: kind.unit });
    lastId += 1;
    ids.set(key, lastId);
    fresh.set(lastId, [
      lastId,
      kind.measurand,
      kind.phase,
      kind.location,
      kind.context,
      kind.format,
      kind.unit,
      kind.rawUnit,
    ]);
    return lastId;
  };

  return {
    idOf,
    unwritten: () => (fresh.size === 0 ? [] : [...fresh.values()]),
    written: (rows) => {
      for (const [id] of rows) fresh.delete(Number(id));
    },
  };
}

const OTHER: MeterKind = {
  measurand: '(too many measurands)',
  phase: null,
  location: null,
  context: 'Other',
  format: 'Raw',
  unit: '',
  rawUnit: null,
};

function keyOf(kind: MeterKind): string {
  return `${kind.measurand}|${kind.phase}|${kind.location}|${kind.context}|${kind.format}|${kind.unit}|${kind.rawUnit}`;
}
