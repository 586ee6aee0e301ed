import type { Core } from '../core.js';
import { ServiceError } from '../errors.js';
import type { Station, StationUpdate } from '../model.js';
import { pageOf } from '../paging.js';
import type { KnockService, StationService } from '../services.js';
import { toKnock } from './knock-store.js';

export function createKnockService(core: Core, stations: StationService): KnockService {
  const settle = async (
    id: number,
    update: StationUpdate,
    actor: string,
  ): Promise<{ station: Station; generatedPassword: string | null }> => {
    const knock = await core.store.read.selectFrom('knock').selectAll().where('id', '=', id).executeTakeFirst();
    if (knock === undefined)
      throw new ServiceError(
        'knock_not_found',
        `There is no knock ${id}.`,
        'GET /knocks lists them; an accepted one is gone.',
      );
    const { station, generatedPassword } = await stations.put(knock.station_id, update, actor);
    await core.store.write((db) => db.deleteFrom('knock').where('station_id', '=', knock.station_id).execute());
    return { station, generatedPassword };
  };
  return {
    async list(page) {
      const { limit, offset } = pageOf(page);
      const db = core.store.read;
      const [rows, count] = await Promise.all([
        db
          .selectFrom('knock')
          .selectAll()
          .orderBy('last_seen_at_ms', 'desc')
          .orderBy('id', 'desc')
          .limit(limit)
          .offset(offset)
          .execute(),
        db
          .selectFrom('knock')
          .select((select) => select.fn.countAll().as('total'))
          .executeTakeFirstOrThrow(),
      ]);
      return { items: rows.map(toKnock), total: Number(count.total) };
    },
    accept: (id, options, actor) => settle(id, { ...options, admission: 'accepted' }, actor),
    block: async (id, actor) => (await settle(id, { admission: 'blocked' }, actor)).station,
  };
}
