import type { Kysely } from 'kysely';
import type { Database } from '../../store/schema.js';
import { audit } from '../audit.js';
import type { Core } from '../core.js';
import { ServiceError } from '../errors.js';
import type { Page, PageRequest } from '../model.js';
import { pageOf } from '../paging.js';
import type { TariffSnapshot } from './cost.js';
import { exponentOf, isCurrency, readDecimal, readPrice } from './money.js';
import { type TariffVersion, tariffFor, versionsOf } from './tariff-store.js';

/** Prices are decimal texts in the major unit (`"0.2745"`): exact, where a JSON number is not. */
export interface TariffWrite {
  name: string;
  currency?: string;
  pricePerKwh?: string;
  pricePerMinute?: string;
  pricePerSession?: string;
  pricePerIdleMinute?: string;
  idleGraceMinutes?: number;
  /** `"19"` */
  taxPercent?: string;
  pricesIncludeTax?: boolean;
  /** Amount reserved in a wallet while a session runs. */
  hold?: string;
  /** Absent: from now on. In the past only for the first version. */
  validFromMs?: number;
}

export interface Tariff {
  id: number;
  archived: boolean;
  current: TariffVersion;
  versions: TariffVersion[];
}

export interface TariffAssignment {
  kind: 'site' | 'station' | 'connector';
  target: string;
  connectorId: number;
  tariffId: number;
}

export interface AssignmentWrite {
  siteId?: string;
  chargePointId?: string;
  connectorId?: number;
  /** Null takes the assignment away. */
  tariffId: number | null;
}

export interface TariffService {
  /** Newest first, archived ones last. */
  list(page?: PageRequest): Promise<Page<Tariff>>;
  /** @throws ServiceError tariff_not_found */
  get(id: number): Promise<Tariff>;
  /** @throws ServiceError invalid_request */
  create(tariff: TariffWrite, actor: string): Promise<Tariff>;
  /** Adds a version; sessions that run keep theirs. @throws ServiceError tariff_not_found, invalid_request */
  change(id: number, tariff: TariffWrite, actor: string): Promise<Tariff>;
  /** Takes its assignments away; its versions stay for the sessions that have them. @throws ServiceError tariff_not_found */
  archive(id: number, actor: string): Promise<void>;
  assignments(): Promise<TariffAssignment[]>;
  /** @throws ServiceError tariff_not_found, invalid_request */
  assign(assignment: AssignmentWrite, actor: string): Promise<TariffAssignment[]>;
  /** What a session that starts now would cost by; null: charging is free. */
  effective(chargePointId: string, connectorId: number): Promise<TariffSnapshot | null>;
}

export function createTariffService(core: Core): TariffService {
  const read = core.store.read;

  const load = async (db: Kysely<Database>, id: number): Promise<Tariff> => {
    const row = await db.selectFrom('tariff').selectAll().where('id', '=', id).executeTakeFirst();
    const versions = row === undefined ? [] : await versionsOf(db, id);
    const newest = versions.at(-1);
    if (row === undefined || newest === undefined)
      throw new ServiceError('tariff_not_found', `There is no tariff ${id}.`, 'GET /tariffs lists them.');
    const nowMs = core.nowMs();
    const current = versions.findLast((version) => version.validFromMs <= nowMs) ?? newest;
    return { id, archived: row.archived === 1, current, versions };
  };

  return {
    async list(page) {
      const { limit, offset } = pageOf(page);
      const [rows, count] = await Promise.all([
        read
          .selectFrom('tariff')
          .select('id')
          .orderBy('archived')
          .orderBy('id', 'desc')
          .limit(limit)
          .offset(offset)
          .execute(),
        read
          .selectFrom('tariff')
          .select((select) => select.fn.countAll().as('total'))
          .executeTakeFirstOrThrow(),
      ]);
      return { items: await Promise.all(rows.map((row) => load(read, row.id))), total: Number(count.total) };
    },
    get: (id) => load(read, id),
    async create(tariff, actor) {
      const nowMs = core.nowMs();
      const { name, validFromMs, body } = readTariff(tariff, nowMs);
      return await core.store.write(async (db) => {
        const { id } = await db
          .insertInto('tariff')
          .values({ name, created_at_ms: nowMs, archived: 0 })
          .returning('id')
          .executeTakeFirstOrThrow();
        await db
          .insertInto('tariff_version')
          .values({ tariff_id: id, version: 1, valid_from_ms: validFromMs, body: JSON.stringify(body) })
          .execute();
        await audit(db, { atMs: nowMs, actor, action: 'tariff.create', subject: String(id), details: tariff });
        return await load(db, id);
      });
    },
    async change(id, tariff, actor) {
      const nowMs = core.nowMs();
      const { name, validFromMs, body } = readTariff(tariff, nowMs);
      return await core.store.write(async (db) => {
        const known = await load(db, id);
        const newest = known.versions.at(-1);
        const version = (newest?.version ?? 0) + 1;
        // Prices of the past have been paid.
        const from = Math.max(validFromMs, nowMs, newest?.validFromMs ?? 0);
        if (newest?.currency !== body.currency)
          throw new ServiceError(
            'invalid_request',
            `Tariff ${id} is in ${newest?.currency ?? '?'}; a version cannot be in ${body.currency}.`,
            'Make a new tariff for another currency.',
          );
        await db
          .insertInto('tariff_version')
          .values({ tariff_id: id, version, valid_from_ms: from, body: JSON.stringify(body) })
          .execute();
        await db.updateTable('tariff').set({ name, archived: 0 }).where('id', '=', id).execute();
        await audit(db, { atMs: nowMs, actor, action: 'tariff.change', subject: String(id), details: tariff });
        return await load(db, id);
      });
    },
    async archive(id, actor) {
      await core.store.write(async (db) => {
        await load(db, id);
        await db.updateTable('tariff').set({ archived: 1 }).where('id', '=', id).execute();
        await db.deleteFrom('tariff_assignment').where('tariff_id', '=', id).execute();
        await audit(db, { atMs: core.nowMs(), actor, action: 'tariff.archive', subject: String(id) });
      });
    },
    assignments: () => assignmentsOf(read),
    async assign(assignment, actor) {
      const scope = readScope(assignment);
      const { tariffId } = assignment;
      return await core.store.write(async (db) => {
        await db
          .deleteFrom('tariff_assignment')
          .where('kind', '=', scope.kind)
          .where('target', '=', scope.target)
          .where('connector_id', '=', scope.connectorId)
          .execute();
        if (tariffId !== null) {
          const tariff = await load(db, tariffId);
          if (tariff.archived)
            throw new ServiceError('invalid_request', `Tariff ${tariffId} is archived.`, 'Change it to bring it back.');
          await db
            .insertInto('tariff_assignment')
            .values({
              kind: scope.kind,
              target: scope.target,
              connector_id: scope.connectorId,
              tariff_id: tariffId,
            })
            .execute();
        }
        await audit(db, {
          atMs: core.nowMs(),
          actor,
          action: 'tariff.assign',
          subject: scope.target,
          details: assignment,
        });
        return await assignmentsOf(db);
      });
    },
    effective: (chargePointId, connectorId) => tariffFor(read, chargePointId, connectorId, core.nowMs()),
  };
}

async function assignmentsOf(db: Kysely<Database>): Promise<TariffAssignment[]> {
  const rows = await db.selectFrom('tariff_assignment').selectAll().orderBy('kind').orderBy('target').execute();
  return rows.map((row) => ({
    kind: row.kind,
    target: row.target,
    connectorId: row.connector_id,
    tariffId: row.tariff_id,
  }));
}

function readScope(assignment: AssignmentWrite): Omit<TariffAssignment, 'tariffId'> {
  const { siteId, chargePointId, connectorId } = assignment;
  if (chargePointId !== undefined && siteId === undefined) {
    if (connectorId === undefined) return { kind: 'station', target: chargePointId, connectorId: 0 };
    if (connectorId > 0) return { kind: 'connector', target: chargePointId, connectorId };
  }
  if (siteId !== undefined && chargePointId === undefined && connectorId === undefined)
    return { kind: 'site', target: siteId, connectorId: 0 };
  throw new ServiceError(
    'invalid_request',
    'A tariff is assigned to a site, a charge point, or a connector of a charge point.',
    'Give siteId, or chargePointId, or chargePointId and connectorId (from 1).',
  );
}

/** @throws ServiceError invalid_request naming the member that is wrong */
function readTariff(
  tariff: TariffWrite,
  nowMs: number,
): { name: string; validFromMs: number; body: Omit<TariffSnapshot, 'tariffId' | 'version' | 'name'> } {
  const refuse = (message: string, hint: string): never => {
    throw new ServiceError('invalid_request', message, hint);
  };
  const name = tariff.name.trim();
  if (name === '' || name.length > 100) refuse('A tariff’s name has 1 to 100 characters.', 'Give it a short name.');
  const currency = tariff.currency ?? 'EUR';
  if (!isCurrency(currency)) refuse(`${currency} is no currency.`, 'ISO 4217, for example EUR.');
  const price = (member: keyof TariffWrite, text: string | undefined): number => {
    const micros = readPrice(text ?? '0');
    if (micros !== null && micros >= 0) return micros;
    return refuse(
      `${member} cannot be ${text ?? ''}.`,
      'A decimal text with at most 6 decimals, for example "0.2745".',
    );
  };
  const tax = readDecimal(tariff.taxPercent ?? '0', 2);
  if (tax === null || tax < 0 || tax > 10_000)
    refuse(`taxPercent cannot be ${tariff.taxPercent ?? ''}.`, 'From "0" to "100", at most 2 decimals.');
  const hold = readDecimal(tariff.hold ?? '5', exponentOf(currency));
  if (hold === null || hold < 0) refuse(`hold cannot be ${tariff.hold ?? ''}.`, `An amount in ${currency}: "5.00".`);
  const grace = tariff.idleGraceMinutes ?? 0;
  if (!Number.isInteger(grace) || grace < 0)
    refuse('idleGraceMinutes is a whole number of minutes.', 'For example 15.');
  return {
    name,
    validFromMs: tariff.validFromMs ?? nowMs,
    body: {
      currency,
      perKwhMicros: price('pricePerKwh', tariff.pricePerKwh),
      perMinuteMicros: price('pricePerMinute', tariff.pricePerMinute),
      perSessionMicros: price('pricePerSession', tariff.pricePerSession),
      perIdleMinuteMicros: price('pricePerIdleMinute', tariff.pricePerIdleMinute),
      idleGraceMinutes: grace,
      taxBasisPoints: tax ?? 0,
      pricesIncludeTax: tariff.pricesIncludeTax ?? true,
      holdMinor: hold ?? 0,
    },
  };
}
