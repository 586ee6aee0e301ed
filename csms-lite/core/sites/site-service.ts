import { audit } from '../audit.js';
import type { Core } from '../core.js';
import { ServiceError } from '../errors.js';
import type { Page, PageRequest, Site } from '../model.js';
import { pageOf } from '../paging.js';
import { DEFAULT_SITE } from '../stations/station-service.js';

export interface SiteUpdate {
  name?: string;
  /** mA per phase that its charge points may draw together; null takes the limit away. */
  limitMa?: number | null;
}

export interface SiteService {
  /** By id. */
  list(page?: PageRequest): Promise<Page<Site>>;
  /** @throws ServiceError site_not_found */
  get(id: string): Promise<Site>;
  /** Creates or updates; members that are absent stay as they are. @throws ServiceError invalid_request */
  put(id: string, update: SiteUpdate, actor: string): Promise<{ site: Site; created: boolean }>;
  /** @throws ServiceError site_not_found, site_not_empty */
  remove(id: string, actor: string): Promise<void>;
}

const ID = /^[A-Za-z0-9*\-_=:+|@.]{1,48}$/;

export function createSiteService(core: Core, onChange: (siteId: string) => void): SiteService {
  const db = core.store.read;
  const view = async (rows: { id: string; name: string; limit_ma: number | null }[]): Promise<Site[]> => {
    const stations = await db.selectFrom('station').select(['id', 'site_id']).orderBy('id').execute();
    return rows.map((row) => ({
      id: row.id,
      name: row.name,
      limitMa: row.limit_ma,
      chargePointIds: stations.filter((station) => station.site_id === row.id).map((station) => station.id),
    }));
  };
  return {
    async list(page) {
      const { limit, offset } = pageOf(page);
      const [rows, count] = await Promise.all([
        db.selectFrom('site').selectAll().orderBy('id').limit(limit).offset(offset).execute(),
        db
          .selectFrom('site')
          .select((select) => select.fn.countAll().as('total'))
          .executeTakeFirstOrThrow(),
      ]);
      return { items: await view(rows), total: Number(count.total) };
    },
    async get(id) {
      const row = await db.selectFrom('site').selectAll().where('id', '=', id).executeTakeFirst();
      const [site] = row === undefined ? [] : await view([row]);
      if (site === undefined) throw notFound(id);
      return site;
    },
    async put(id, update, actor) {
      check(id, update);
      const created = await core.store.write(async (trx) => {
        const known = await trx.selectFrom('site').select('id').where('id', '=', id).executeTakeFirst();
        const set = {
          ...(update.name === undefined ? {} : { name: update.name }),
          ...(update.limitMa === undefined ? {} : { limit_ma: update.limitMa }),
        };
        if (known === undefined)
          await trx
            .insertInto('site')
            .values({ id, name: update.name ?? id, limit_ma: update.limitMa ?? null })
            .execute();
        else if (Object.keys(set).length > 0) await trx.updateTable('site').set(set).where('id', '=', id).execute();
        await audit(trx, { atMs: core.nowMs(), actor, action: 'site.put', subject: id, details: update });
        return known === undefined;
      });
      onChange(id);
      return { site: await this.get(id), created };
    },
    async remove(id, actor) {
      await core.store.write(async (trx) => {
        const row = await trx.selectFrom('site').select('id').where('id', '=', id).executeTakeFirst();
        if (row === undefined) throw notFound(id);
        const station = await trx.selectFrom('station').select('id').where('site_id', '=', id).executeTakeFirst();
        if (station !== undefined || id === DEFAULT_SITE)
          throw new ServiceError(
            'site_not_empty',
            id === DEFAULT_SITE ? 'The default site stays.' : `Site ${id} has charge points, ${station?.id} for one.`,
            'Move them to another site first: PUT /charge-points/{id} with siteId.',
          );
        await trx.deleteFrom('site').where('id', '=', id).execute();
        await audit(trx, { atMs: core.nowMs(), actor, action: 'site.remove', subject: id });
      });
    },
  };
}

function notFound(id: string): ServiceError {
  return new ServiceError('site_not_found', `There is no site ${id}.`, 'Make it with PUT /sites/{id}.');
}

function check(id: string, { name, limitMa }: SiteUpdate): void {
  const refuse = (message: string, hint: string): never => {
    throw new ServiceError('invalid_request', message, hint);
  };
  if (!ID.test(id)) refuse(`${JSON.stringify(id)} is no site id.`, 'It has 1 to 48 of A-Z a-z 0-9 * - _ = : + | @ .');
  if (name !== undefined && (name.trim() === '' || name.length > 100))
    refuse('A name has 1 to 100 characters.', 'Give another one.');
  if (limitMa != null && (!Number.isInteger(limitMa) || limitMa < 0 || limitMa > 10_000_000))
    refuse(
      `limitMa cannot be ${limitMa}.`,
      'It is a whole number of milliampere per phase from 0 to 10000000, or null.',
    );
}
