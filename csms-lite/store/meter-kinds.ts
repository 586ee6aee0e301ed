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
  const ids = new Map<string, KnownKind>();
  let lastId = 0;
  for (const { id, raw_unit, ...kind } of await db.selectFrom('meter_kind').selectAll().execute()) {
    const known = new KnownKind(id, { ...kind, rawUnit: raw_unit });
    ids.set(keyOf(known.kind), known);
    lastId = Math.max(lastId, id);
  }
  const fresh = new Map<number, BulkRow>();

  const remember = (kind: MeterKind): KnownKind => {
    const key = keyOf(kind);
    const known = ids.get(key);
    if (known !== undefined) return known;
    if (ids.size >= MAXIMUM_KINDS && kind.measurand !== OTHER.measurand) return remember({ ...OTHER, unit: kind.unit });
    lastId += 1;
    const { measurand, phase, location, context, format, unit, rawUnit } = kind;
    const created = new KnownKind(lastId, { measurand, phase, location, context, format, unit, rawUnit });
    ids.set(key, created);
    fresh.set(lastId, [lastId, measurand, phase, location, context, format, unit, rawUnit]);
    return created;
  };

  // Messages repeat each other: the kind that came after this one the last time is nearly always the one that comes now.
  let last: KnownKind | null = null;
  const idOf = (kind: MeterKind): number => {
    const next: KnownKind = last !== null && isSame(last.next.kind, kind) ? last.next : remember(kind);
    if (last !== null) last.next = next;
    last = next;
    return next.id;
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

class KnownKind {
  readonly id: number;
  readonly kind: MeterKind;
  /** What came after it the last time. */
  next: KnownKind;

  constructor(id: number, kind: MeterKind) {
    this.id = id;
    this.kind = kind;
    this.next = this;
  }
}

function isSame(a: MeterKind, b: MeterKind): boolean {
  return (
    a.measurand === b.measurand &&
    a.unit === b.unit &&
    a.rawUnit === b.rawUnit &&
    a.phase === b.phase &&
    a.context === b.context &&
    a.location === b.location &&
    a.format === b.format
  );
}

function keyOf(kind: MeterKind): string {
  return `${kind.measurand}|${kind.phase}|${kind.location}|${kind.context}|${kind.format}|${kind.unit}|${kind.rawUnit}`;
}
