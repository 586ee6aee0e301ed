import type { Kysely } from 'kysely';
import type { Database, StationTable } from '../../store/schema.js';
import { audit } from '../audit.js';
import type { Core } from '../core.js';
import { ServiceError } from '../errors.js';
import type { StationUpdate } from '../model.js';
import { pageOf } from '../paging.js';
import type { StationService } from '../services.js';
import { IDENTITY } from './identity.js';
import { hashPassword } from './passwords.js';
import { findStation, toStations } from './view.js';

/** The one site of a small installation; more come with energy management. */
export const DEFAULT_SITE = 'default';

export function createStationService(core: Core): StationService {
  const read = core.store.read;
  return {
    async list(page) {
      const { limit, offset } = pageOf(page);
      const [rows, count] = await Promise.all([
        read.selectFrom('station').selectAll().orderBy('id').limit(limit).offset(offset).execute(),
        read
          .selectFrom('station')
          .select((select) => select.fn.countAll().as('total'))
          .executeTakeFirstOrThrow(),
      ]);
      return { items: await toStations(core, rows), total: Number(count.total) };
    },
    async get(id) {
      const station = await findStation(core, id);
      if (station === null)
        throw new ServiceError(
          'charge_point_not_found',
          `There is no charge point ${id}.`,
          'Register it with PUT /charge-points/{id}.',
        );
      return station;
    },
    async put(id, update, actor) {
      check(id, update);
      const set = await columnsOf(update);
      const nowMs = core.nowMs();
      const created = await core.store.write(async (db) => {
        const isNew = await registerStation(db, id, nowMs);
        if (Object.keys(set).length > 0) await db.updateTable('station').set(set).where('id', '=', id).execute();
        const { password, ...shown } = update;
        const details = { ...shown, ...(password === undefined ? {} : { password: password === null ? null : '***' }) };
        await audit(db, {
          atMs: nowMs,
          actor,
          action: isNew ? 'station.register' : 'station.update',
          subject: id,
          details,
        });
        return isNew;
      });
      if (update.admission === 'blocked') await core.links.get(id)?.connection.close(1008, 'blocked');
      const station = await this.get(id);
      core.events.publish({ type: 'station.updated', station });
      return { station, created };
    },
    async remove(id, actor) {
      const removed = await core.store.write(async (db) => {
        const row = await db.deleteFrom('station').where('id', '=', id).returning('id').executeTakeFirst();
        if (row === undefined) return false;
        await db.deleteFrom('connector').where('station_id', '=', id).execute();
        await db.deleteFrom('local_list').where('station_id', '=', id).execute();
        await audit(db, { atMs: core.nowMs(), actor, action: 'station.remove', subject: id });
        return true;
      });
      await core.links.get(id)?.connection.close(1008, 'removed');
      if (removed) core.events.publish({ type: 'station.removed', chargePointId: id });
    },
  };
}

/** Makes the station's row when there is none. Inside a write transaction. @returns whether it was made */
export async function registerStation(db: Kysely<Database>, id: string, nowMs: number): Promise<boolean> {
  const made = await db
    .insertInto('station')
    .values({
      id,
      site_id: DEFAULT_SITE,
      display_name: null,
      admission: 'accepted',
      security_profile: 0,
      password_hash: null,
      verdict: 'warn',
      ocpp_version: null,
      vendor: null,
      model: null,
      serial_number: null,
      firmware_version: null,
      iccid: null,
      imsi: null,
      meter_type: null,
      meter_serial_number: null,
      registered_at_ms: nowMs,
      last_boot_at_ms: null,
      last_seen_at_ms: null,
      clock_skew_ms: null,
    })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .returning('id')
    .executeTakeFirst();
  return made !== undefined;
}

async function columnsOf(update: StationUpdate): Promise<Partial<Omit<StationTable, 'id'>>> {
  return {
    ...(update.displayName === undefined ? {} : { display_name: update.displayName }),
    ...(update.admission === undefined ? {} : { admission: update.admission }),
    ...(update.verdict === undefined ? {} : { verdict: update.verdict }),
    ...(update.password === undefined ? {} : await passwordColumns(update.password)),
  };
}

/** A password makes it security profile 1, none profile 0. */
async function passwordColumns(
  password: string | null,
): Promise<Pick<StationTable, 'password_hash' | 'security_profile'>> {
  if (password === null) return { password_hash: null, security_profile: 0 };
  return { password_hash: await hashPassword(password), security_profile: 1 };
}

/** The charge point took a new AuthorizationKey: from its next connection on it is the password (white paper A01). */
export async function rotatePassword(core: Core, id: string, password: string): Promise<void> {
  const columns = await passwordColumns(password);
  await core.store.write(async (db) => {
    await db.updateTable('station').set(columns).where('id', '=', id).execute();
    await audit(db, { atMs: core.nowMs(), actor: 'system', action: 'station.password', subject: id });
  });
}

function check(id: string, { password }: StationUpdate): void {
  if (!IDENTITY.test(id))
    throw new ServiceError(
      'invalid_request',
      `${JSON.stringify(id)} is no charge point id.`,
      'It has 1 to 48 characters of A-Z a-z 0-9 * - _ = : + | @ .',
    );
  if (password != null && (password === '' || Buffer.byteLength(password) > 128))
    throw new ServiceError(
      'invalid_request',
      'A password has 1 to 128 bytes.',
      'Charge points take 16 to 40 characters.',
    );
}
