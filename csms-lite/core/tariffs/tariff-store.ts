import type { Kysely } from 'kysely';
import { parseJson } from '../../store/json.js';
import type { Database } from '../../store/schema.js';
import type { TariffSnapshot } from './cost.js';

/** What a version's row keeps. */
export type TariffBody = Omit<TariffSnapshot, 'tariffId' | 'version' | 'name'>;

export interface TariffVersion extends TariffSnapshot {
  validFromMs: number;
}

/** Versions of a tariff, oldest first. */
export async function versionsOf(db: Kysely<Database>, tariffId: number): Promise<TariffVersion[]> {
  const rows = await db
    .selectFrom('tariff_version')
    .innerJoin('tariff', 'tariff.id', 'tariff_version.tariff_id')
    .select(['tariff.name', 'tariff_version.version', 'tariff_version.valid_from_ms', 'tariff_version.body'])
    .where('tariff_id', '=', tariffId)
    .orderBy('version')
    .execute();
  return rows.map((row) => ({
    tariffId,
    version: row.version,
    name: row.name,
    ...parseJson<TariffBody>(row.body),
    validFromMs: row.valid_from_ms,
  }));
}

/** The version that holds at a time; before the first one, the first: a clock may be years wrong. Pure. */
export function versionAt(versions: readonly TariffVersion[], atMs: number): TariffVersion | null {
  let found = versions[0] ?? null;
  for (const version of versions) if (version.validFromMs <= atMs) found = version;
  return found;
}

/** The tariff assigned to a connector: its own, else its station's, else its site's. Null: charging is free. */
export async function assignedTariff(
  db: Kysely<Database>,
  stationId: string,
  connectorId: number,
): Promise<number | null> {
  const station = await db.selectFrom('station').select('site_id').where('id', '=', stationId).executeTakeFirst();
  const rows = await db
    .selectFrom('tariff_assignment')
    .selectAll()
    .where((where) =>
      where.or([
        where.and({ kind: 'connector', target: stationId, connector_id: connectorId }),
        where.and({ kind: 'station', target: stationId }),
        ...(station === undefined ? [] : [where.and({ kind: 'site', target: station.site_id })]),
      ]),
    )
    .execute();
  for (const kind of ['connector', 'station', 'site'] as const) {
    const found = rows.find((row) => row.kind === kind);
    if (found !== undefined) return found.tariff_id;
  }
  return null;
}

/** What a session that starts at `atMs` would cost by; null: it is free. */
export async function tariffFor(
  db: Kysely<Database>,
  stationId: string,
  connectorId: number,
  atMs: number,
): Promise<TariffSnapshot | null> {
  const tariffId = await assignedTariff(db, stationId, connectorId);
  if (tariffId === null) return null;
  const version = versionAt(await versionsOf(db, tariffId), atMs);
  if (version === null) return null;
  const { validFromMs: _validFromMs, ...snapshot } = version;
  return snapshot;
}
