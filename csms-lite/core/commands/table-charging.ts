import type { Kysely } from 'kysely';
import type { Database } from '../../store/schema.js';
import { noteAssigned, noteCleared, type WireProfile } from '../charging-profiles/assignments.js';
import { INLINE_PROFILE, requireOneProfile } from '../charging-profiles/inline-profile.js';
import { findProfile } from '../charging-profiles/profile-store.js';
import { ServiceError } from '../errors.js';
import { type CommandDefinition, INTEGER, members, objectSchema, STRING, wordSchema } from './definition.js';
import { wireTransactionId } from './table-core.js';

const V16 = ['1.6'] as const;

/** Remote start and smart charging (1.6 §5.11, §5.5, §5.7, §5.16). */
export const CHARGING_COMMANDS: readonly CommandDefinition[] = [
  {
    name: 'remote-start',
    action: 'RemoteStartTransaction',
    versions: V16,
    body: objectSchema(
      {
        idTag: STRING,
        connectorId: INTEGER,
        chargingProfileId: { ...INTEGER, description: 'stored profile; travels inside RemoteStartTransaction.req' },
      },
      ['idTag'],
    ),
    build: async (body, { db }) => {
      const { chargingProfileId } = body;
      return {
        payload: {
          ...members(body, { connectorId: 'connectorId', idTag: 'idTag' }),
          ...(chargingProfileId === undefined
            ? {}
            : { chargingProfile: await wireProfile(db, Number(chargingProfileId)) }),
        },
      };
    },
  },
  {
    name: 'set-charging-profile',
    action: 'SetChargingProfile',
    versions: V16,
    body: objectSchema(
      {
        connectorId: INTEGER,
        chargingProfileId: INTEGER,
        chargingProfile: INLINE_PROFILE,
        transactionId: { type: ['integer', 'string'], description: 'put into csChargingProfiles.transactionId' },
      },
      ['connectorId'],
    ),
    build: async (body, { db }) => {
      requireOneProfile(body.chargingProfileId, body.chargingProfile);
      const inline = body.chargingProfile as object | undefined;
      const profile = inline ?? (await wireProfile(db, Number(body.chargingProfileId)));
      const transaction =
        body.transactionId === undefined ? {} : { transactionId: wireTransactionId(body.transactionId) };
      return { payload: { connectorId: body.connectorId, csChargingProfiles: { ...profile, ...transaction } } };
    },
    answered: async ({ request, response }, { db, stationId, commandId, nowMs }) => {
      if (response.status !== 'Accepted') return {};
      const profile = request.csChargingProfiles as WireProfile;
      const connectorId = Number(request.connectorId);
      await noteAssigned(db, { stationId, connectorId, profile, commandId, atMs: nowMs });
      return {};
    },
  },
  {
    name: 'get-composite-schedule',
    action: 'GetCompositeSchedule',
    versions: V16,
    body: objectSchema({ connectorId: INTEGER, duration: INTEGER, chargingRateUnit: { enum: ['A', 'W'] } }, [
      'connectorId',
      'duration',
    ]),
  },
  {
    name: 'clear-charging-profile',
    action: 'ClearChargingProfile',
    versions: V16,
    body: objectSchema({
      chargingProfileId: INTEGER,
      connectorId: INTEGER,
      purpose: wordSchema('ChargePointMaxProfile', 'TxDefaultProfile', 'TxProfile'),
      stackLevel: INTEGER,
    }),
    build: (body) => ({
      payload: members(body, {
        chargingProfileId: 'id',
        connectorId: 'connectorId',
        purpose: 'chargingProfilePurpose',
        stackLevel: 'stackLevel',
      }),
    }),
    answered: async ({ request, response }, { db, stationId }) => {
      // Unknown: it has none of these, so we must not think that it has.
      if (response.status === 'Accepted' || response.status === 'Unknown') await noteCleared(db, stationId, request);
      return {};
    },
  },
];

/** The stored profile as it goes on the wire: its id is the chargingProfileId, its name stays here. */
async function wireProfile(db: Kysely<Database>, id: number): Promise<object> {
  const profile = await findProfile(db, id);
  if (profile === null)
    throw new ServiceError(
      'charging_profile_not_found',
      `There is no charging profile ${id}.`,
      'Make it with PUT /charging-profiles/{id}, then send the command again.',
    );
  const { id: chargingProfileId, name: _name, ...rest } = profile;
  return { chargingProfileId, ...rest };
}
