import type { Kysely, Updateable } from 'kysely';
import type { Database, StationTable } from '../../store/schema.js';
import { audit } from '../audit.js';
import { commit } from '../commit.js';
import type { Core } from '../core.js';
import { ServiceError } from '../errors.js';
import type { Command, Station, StationUpdate } from '../model.js';
import { pageOf } from '../paging.js';
import type { StationService } from '../services.js';
import { check, credentialsOf, generateKey } from './credentials.js';
import { findStation, stationUpdated, toStations } from './view.js';

/** The one site of a small installation; more come with energy management. */
export const DEFAULT_SITE = 'default';

/** Of a charge point that nobody has decided about: served, and its faults reported. */
export const NEW_STATION_VERDICT = 'warn';

/** @param send a command, and its outcome */
export function createStationService(
  core: Core,
  send: (id: string, name: string, body: object, actor: string) => Promise<Command>,
): StationService {
  const read = core.store.read;
  return {
    async list(page) {
      const { limit, offset } = pageOf(page);
      const [rows, count] = await Promise.all([
        read
          .selectFrom('station')
          .selectAll()
          .orderBy('registered_at_ms', 'desc')
          .orderBy('id')
          .limit(limit)
          .offset(offset)
          .execute(),
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
      const known = await read.selectFrom('station').selectAll().where('id', '=', id).executeTakeFirst();
      const { columns, generated } = await credentialsOf(update, known, core.settings.get().unsecuredStations);
      const set = { ...columnsOf(update), ...columns };
      const nowMs = core.nowMs();
      const created = await commit(core, async (db, announce) => {
        await requireSite(db, update.siteId);
        const isNew = await registerStation(db, id, nowMs);
        if (Object.keys(set).length > 0) await db.updateTable('station').set(set).where('id', '=', id).execute();
        const { password, ...shown } = update;
        const masked =
          password === null
            ? { password: null }
            : password === undefined && generated === null
              ? {}
              : { password: '***' };
        const details = { ...shown, ...masked };
        await audit(db, {
          atMs: nowMs,
          actor,
          action: isNew ? 'station.register' : 'station.update',
          subject: id,
          details,
        });
        for (const event of await stationUpdated(core, id, db)) announce(event);
        return isNew;
      });
      if (update.admission === 'blocked') await core.links.get(id)?.connection.close(1008, 'blocked');
      const station = await this.get(id);
      askForBoot(core, station);
      return { station, created, generatedPassword: generated };
    },
    async rotateKey(id, { key }, actor) {
      const chosen = key ?? generateKey();
      check(id, { password: chosen });
      const command = await send(id, 'change-configuration', { key: 'AuthorizationKey', value: chosen }, actor);
      const status = (command.response as { status?: unknown } | null)?.status;
      const after = await read
        .selectFrom('station')
        .select('next_password_hash')
        .where('id', '=', id)
        .executeTakeFirst();
      const taken = status === 'Accepted' || status === 'RebootRequired';
      // Neither taken nor certainly refused: whichever key it uses next is right.
      const open = !taken && after !== undefined && after.next_password_hash !== null;
      return {
        outcome: taken ? 'accepted' : open ? 'unknown' : 'refused',
        key: taken || open ? chosen : null,
        command,
      };
    },
    async remove(id, actor) {
      await commit(core, async (db, announce) => {
        const row = await db.deleteFrom('station').where('id', '=', id).returning('id').executeTakeFirst();
        if (row === undefined) return;
        await db.deleteFrom('connector').where('station_id', '=', id).execute();
        await db.deleteFrom('local_list').where('station_id', '=', id).execute();
        await db.deleteFrom('local_list_entry').where('station_id', '=', id).execute();
        await db.deleteFrom('profile_assignment').where('station_id', '=', id).execute();
        await db.deleteFrom('station_quirk').where('station_id', '=', id).execute();
        await audit(db, { atMs: core.nowMs(), actor, action: 'station.remove', subject: id });
        announce({ type: 'station.removed', chargePointId: id });
      });
      await core.links.get(id)?.connection.close(1008, 'removed');
    },
  };
}

/** One that waits as Pending need not wait for its interval when it is accepted: it is told to boot again (1.6 §4.2). */
function askForBoot(core: Core, { id, connected, registrationStatus, bootStatus }: Station): void {
  if (!connected || registrationStatus !== 'Accepted' || bootStatus !== 'Pending') return;
  const body = { requestedMessage: 'BootNotification' };
  core.background.run(() => core.command(id, 'trigger-message', body), `asking ${id} for its BootNotification`);
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
      next_password_hash: null,
      verdict: NEW_STATION_VERDICT,
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
      registration_interval_s: null,
      boot_status: null,
      last_boot_at_ms: null,
      last_seen_at_ms: null,
      clock_skew_ms: null,
    })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .returning('id')
    .executeTakeFirst();
  return made !== undefined;
}

function columnsOf(update: StationUpdate): Updateable<StationTable> {
  return {
    ...(update.displayName === undefined ? {} : { display_name: update.displayName }),
    ...(update.siteId === undefined ? {} : { site_id: update.siteId }),
    ...(update.admission === undefined ? {} : { admission: update.admission }),
    ...(update.verdict === undefined ? {} : { verdict: update.verdict }),
    ...(update.registrationStatus === undefined ? {} : { registration_status: update.registrationStatus }),
    ...(update.registrationIntervalS === undefined ? {} : { registration_interval_s: update.registrationIntervalS }),
  };
}

/** @throws ServiceError site_not_found */
async function requireSite(db: Kysely<Database>, siteId: string | undefined): Promise<void> {
  if (siteId === undefined) return;
  const site = await db.selectFrom('site').select('id').where('id', '=', siteId).executeTakeFirst();
  if (site === undefined)
    throw new ServiceError('site_not_found', `There is no site ${siteId}.`, 'Make it with PUT /sites/{id}.');
}
