import { tagKey } from '../authorization.js';
import { type ListEntry, noteAccepted, noteReported } from '../local-lists/list-store.js';
import { nextReservationId } from '../reservations/reservation-store.js';
import { findTag } from '../tags/tag-store.js';
import {
  type Body,
  type Changed,
  type CommandContext,
  type CommandDefinition,
  DATE_TIME,
  INTEGER,
  members,
  objectSchema,
  STRING,
} from './definition.js';

const V16 = ['1.6'] as const;

/** Reservation and local list (1.6 §5.13, §5.2, §5.15, §5.10). */
export const RESERVATION_COMMANDS: readonly CommandDefinition[] = [
  {
    name: 'reserve-now',
    action: 'ReserveNow',
    versions: V16,
    body: objectSchema(
      {
        connectorId: INTEGER,
        idTag: STRING,
        expiryDate: DATE_TIME,
        parentIdTag: STRING,
        reservationId: { ...INTEGER, description: 'absent = allocated here' },
      },
      ['connectorId', 'idTag', 'expiryDate'],
    ),
    build: async (body, context) => {
      const id = body.reservationId === undefined ? await nextReservationId(context.db) : Number(body.reservationId);
      await placeReservation(id, body, context);
      const names = {
        connectorId: 'connectorId',
        expiryDate: 'expiryDate',
        idTag: 'idTag',
        parentIdTag: 'parentIdTag',
      };
      return {
        payload: { ...members(body, names), reservationId: id },
        reservationId: id,
        changed: { reservationId: id },
      };
    },
    answered: ({ response, reservationId }, context) => setReservation(context, reservationId, String(response.status)),
    refused: ({ reservationId }, context) => setReservation(context, reservationId, 'Rejected'),
  },
  {
    name: 'cancel-reservation',
    action: 'CancelReservation',
    versions: V16,
    body: objectSchema({ reservationId: INTEGER }, ['reservationId']),
    build: (body) => ({ payload: { reservationId: body.reservationId }, reservationId: Number(body.reservationId) }),
    answered: async ({ response, reservationId }, context) =>
      response.status === 'Accepted' ? await setReservation(context, reservationId, 'Cancelled') : {},
  },
  {
    name: 'get-local-list-version',
    action: 'GetLocalListVersion',
    versions: V16,
    body: objectSchema({}),
    answered: async ({ response }, context) => {
      if (typeof response.listVersion !== 'number') return {};
      await noteReported(context.db, context.stationId, response.listVersion, context.nowMs);
      return { station: true };
    },
  },
  {
    name: 'send-local-list',
    action: 'SendLocalList',
    versions: V16,
    body: objectSchema(
      {
        listVersion: INTEGER,
        updateType: { enum: ['Full', 'Differential'] },
        localAuthorizationList: {
          type: 'array',
          items: objectSchema(
            {
              idTag: STRING,
              status: STRING,
              expiryDate: STRING,
              parentIdTag: STRING,
              remove: { type: 'boolean', description: 'true: without idTagInfo, which takes it off the list' },
            },
            ['idTag'],
          ),
          description: 'exactly these entries; idTagInfo is filled from the tags where status is absent',
        },
      },
      ['listVersion', 'updateType'],
    ),
    build: async (body, context) => {
      const entries = body.localAuthorizationList as Body[] | undefined;
      const list = [];
      for (const entry of entries ?? []) list.push(await listEntry(entry, body.updateType === 'Full', context));
      return {
        payload: {
          listVersion: body.listVersion,
          ...(entries === undefined ? {} : { localAuthorizationList: list }),
          updateType: body.updateType,
        },
      };
    },
    answered: async ({ request, response }, { db, stationId, nowMs }) => {
      if (response.status !== 'Accepted') return {};
      const entries = (request.localAuthorizationList ?? []) as ListEntry[];
      const sent = { listVersion: Number(request.listVersion), updateType: String(request.updateType), entries };
      await noteAccepted(db, stationId, sent, nowMs);
      return { station: true };
    },
  },
];

/** A reservation with the same id on the same charge point is replaced (1.6 §5.13); it exists before the CALL is sent. */
async function placeReservation(id: number, body: Body, { db, stationId, nowMs }: CommandContext): Promise<void> {
  const values = {
    connector_id: Number(body.connectorId),
    id_tag: String(body.idTag),
    parent_id_tag: body.parentIdTag === undefined ? null : String(body.parentIdTag),
    expiry_at_ms: Date.parse(String(body.expiryDate)),
    status: 'Pending',
    tx_id: null,
  };
  await db
    .insertInto('reservation')
    .values({ ...values, id, station_id: stationId, created_at_ms: nowMs })
    .onConflict((conflict) => conflict.columns(['id', 'station_id']).doUpdateSet(values))
    .execute();
}

async function setReservation(
  { db, stationId }: CommandContext,
  reservationId: number | null,
  status: string,
): Promise<Changed> {
  if (reservationId === null) return {};
  const changed = await db
    .updateTable('reservation')
    .set({ status })
    .where('station_id', '=', stationId)
    .where('id', '=', reservationId)
    // Used and Expired are final: an answer that comes late does not wake a reservation up.
    .where('status', 'in', status === 'Cancelled' ? ['Pending', 'Accepted'] : ['Pending'])
    .returning('id')
    .executeTakeFirst();
  return changed === undefined ? {} : { reservationId };
}

/**
 * One AuthorizationData. Without a status of its own it is filled from the tags. A tag that is not known either: in a
 * differential list the entry goes without idTagInfo, which takes it off the list (1.6 §7.1); a full list must say.
 */
async function listEntry(entry: Body, full: boolean, { db }: CommandContext): Promise<object> {
  const idTag = String(entry.idTag);
  if (entry.remove === true) return { idTag };
  const given = members(entry, { expiryDate: 'expiryDate', parentIdTag: 'parentIdTag' });
  if (entry.status !== undefined) return { idTag, idTagInfo: { ...given, status: entry.status } };
  const tag = await findTag(db, tagKey(idTag));
  if (tag === null) return full ? { idTag, idTagInfo: { ...given, status: 'Invalid' } } : { idTag };
  const stored = {
    ...(tag.expiryDateMs === null ? {} : { expiryDate: new Date(tag.expiryDateMs).toISOString() }),
    ...(tag.parentIdTag === null ? {} : { parentIdTag: tag.parentIdTag }),
  };
  return { idTag, idTagInfo: { ...stored, ...given, status: tag.status } };
}
