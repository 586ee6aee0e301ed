import { Ajv } from 'ajv';
import { audit } from '../audit.js';
import type { Core } from '../core.js';
import { ServiceError } from '../errors.js';
import type { ChargingProfile } from '../model.js';
import { pageOf } from '../paging.js';
import type { ChargingProfileService } from '../services.js';
import { toAssignment } from './assignments.js';
import { findProfile, toProfile } from './profile-store.js';

/** The contract's body. Whether it is a profile of the charge point's OCPP version is checked when it is sent. */
const validate = new Ajv({ allErrors: true, strict: false }).compile({
  type: 'object',
  required: ['name', 'chargingProfilePurpose'],
  additionalProperties: false,
  properties: {
    id: { type: 'integer' },
    name: { type: 'string', minLength: 1 },
    stackLevel: { type: 'integer', minimum: 0 },
    // OCPP 2.x has other words; what a charge point cannot be told is refused when it is sent.
    chargingProfilePurpose: { type: 'string', minLength: 1 },
    chargingProfileKind: { type: 'string', minLength: 1 },
    recurrencyKind: { type: 'string', minLength: 1 },
    validFrom: { type: 'string' },
    validTo: { type: 'string' },
    chargingSchedule: { type: 'object' },
  },
});

export function createChargingProfileService(core: Core): ChargingProfileService {
  const read = core.store.read;

  const store = async (
    id: number,
    given: unknown,
    actor: string,
  ): Promise<{ profile: ChargingProfile; created: boolean }> => {
    if (!Number.isInteger(id) || id < 0 || id > 2 ** 31 - 1)
      throw new ServiceError(
        'invalid_request',
        `A charging profile cannot have the id ${id}.`,
        'It is a whole number from 0 to 2147483647.',
      );
    const { name, ...body } = readProfile(given);
    const values = { name, purpose: body.chargingProfilePurpose, body: JSON.stringify(body) };
    return await core.store.write(async (db) => {
      const known = await findProfile(db, id);
      const row = await db
        .insertInto('charging_profile')
        .values({ ...values, id })
        .onConflict((conflict) => conflict.column('id').doUpdateSet(values))
        .returningAll()
        .executeTakeFirstOrThrow();
      await audit(db, {
        atMs: core.nowMs(),
        actor,
        action: 'charging-profile.put',
        subject: String(id),
        details: body,
      });
      return { profile: toProfile(row), created: known === null };
    });
  };

  return {
    async list(filter) {
      const { limit, offset } = pageOf(filter);
      let query = read.selectFrom('charging_profile');
      if (filter?.name !== undefined) query = query.where('name', '=', filter.name);
      const [rows, count] = await Promise.all([
        query.selectAll().orderBy('seq', 'desc').limit(limit).offset(offset).execute(),
        query.select((select) => select.fn.countAll().as('total')).executeTakeFirstOrThrow(),
      ]);
      return { items: rows.map(toProfile), total: Number(count.total) };
    },
    async get(id) {
      const profile = await findProfile(read, id);
      if (profile === null)
        throw new ServiceError(
          'charging_profile_not_found',
          `There is no charging profile ${id}.`,
          'Make it with PUT /charging-profiles/{id}.',
        );
      return profile;
    },
    put: store,
    async create(profile, actor) {
      const highest = await read.selectFrom('charging_profile').select('id').orderBy('id', 'desc').executeTakeFirst();
      return (await store((highest?.id ?? 0) + 1, profile, actor)).profile;
    },
    async assignments(chargePointId) {
      const station = await read.selectFrom('station').select('id').where('id', '=', chargePointId).executeTakeFirst();
      if (station === undefined)
        throw new ServiceError(
          'charge_point_not_found',
          `There is no charge point ${chargePointId}.`,
          'GET /charge-points lists them.',
        );
      const rows = await read
        .selectFrom('profile_assignment')
        .selectAll()
        .where('station_id', '=', chargePointId)
        .orderBy('assigned_at_ms', 'desc')
        .orderBy('profile_id')
        .execute();
      return rows.map(toAssignment);
    },
    async remove(id, actor) {
      await core.store.write(async (db) => {
        const removed = await db.deleteFrom('charging_profile').where('id', '=', id).returning('id').executeTakeFirst();
        if (removed !== undefined)
          await audit(db, { atMs: core.nowMs(), actor, action: 'charging-profile.remove', subject: String(id) });
      });
    },
  };
}

type ProfileBody = Omit<ChargingProfile, 'id'>;

/** @throws ServiceError invalid_request naming every member that is wrong */
function readProfile(given: unknown): ProfileBody {
  const body =
    typeof given === 'object' && given !== null
      ? Object.fromEntries(Object.entries(given).filter(([, v]) => v !== null))
      : given;
  if (!validate(body)) {
    const problems = (validate.errors ?? []).map(
      (error) => `${error.instancePath || 'body'} ${error.message ?? error.keyword}`,
    );
    throw new ServiceError(
      'invalid_request',
      `This is no charging profile: ${problems.join('; ')}`,
      'See ChargingProfile in OCPP 1.6 §7.8.',
    );
  }
  const {
    id: _id,
    stackLevel,
    chargingProfileKind,
    chargingSchedule,
    ...rest
  } = body as unknown as Partial<ChargingProfile> & ProfileBody;
  return {
    ...rest,
    chargingSchedule: chargingSchedule ?? {},
    stackLevel: stackLevel ?? 0,
    chargingProfileKind: chargingProfileKind ?? 'Absolute',
  };
}
