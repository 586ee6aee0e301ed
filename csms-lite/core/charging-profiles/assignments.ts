import type { Kysely, Selectable } from 'kysely';
import { parseJson } from '../../store/json.js';
import type { Database } from '../../store/schema.js';
import type { ProfileAssignmentTable } from '../../store/schema-network.js';
import type { ProfileAssignment } from '../model.js';

/** A charging profile as it stands in SetChargingProfile.req (1.6 §7.8). */
export interface WireProfile {
  chargingProfileId: number;
  chargingProfilePurpose: string;
  stackLevel: number;
  transactionId?: number;
}

export function toAssignment(row: Selectable<ProfileAssignmentTable>): ProfileAssignment {
  return {
    chargePointId: row.station_id,
    chargingProfileId: row.profile_id,
    connectorId: row.connector_id,
    purpose: row.purpose,
    stackLevel: row.stack_level,
    transactionId: row.transaction_id,
    profile: parseJson<object>(row.body),
    commandId: row.command_id,
    assignedAtMs: row.assigned_at_ms,
  };
}

/**
 * The charge point took a profile. It replaces the one with its id, and the one with its purpose and stack level on
 * that connector (1.6 §5.16.2). In a write transaction.
 */
export async function noteAssigned(
  db: Kysely<Database>,
  given: { stationId: string; connectorId: number; profile: WireProfile; commandId: string; atMs: number },
): Promise<void> {
  const { stationId, connectorId, profile } = given;
  await db
    .deleteFrom('profile_assignment')
    .where('station_id', '=', stationId)
    .where((where) =>
      where.or([
        where('profile_id', '=', profile.chargingProfileId),
        where.and([
          where('connector_id', '=', connectorId),
          where('purpose', '=', profile.chargingProfilePurpose),
          where('stack_level', '=', profile.stackLevel),
        ]),
      ]),
    )
    .execute();
  await db
    .insertInto('profile_assignment')
    .values({
      station_id: stationId,
      profile_id: profile.chargingProfileId,
      connector_id: connectorId,
      purpose: profile.chargingProfilePurpose,
      stack_level: profile.stackLevel,
      transaction_id: profile.transactionId ?? null,
      body: JSON.stringify(profile),
      command_id: given.commandId,
      assigned_at_ms: given.atMs,
    })
    .execute();
}

/** What ClearChargingProfile.req names: an id, or everything that fits all of the rest (1.6 §5.5). */
export interface ClearCriteria {
  id?: number;
  connectorId?: number;
  chargingProfilePurpose?: string;
  stackLevel?: number;
}

/** The charge point cleared these. In a write transaction. */
export async function noteCleared(db: Kysely<Database>, stationId: string, criteria: ClearCriteria): Promise<void> {
  const { id, connectorId, chargingProfilePurpose, stackLevel } = criteria;
  let query = db.deleteFrom('profile_assignment').where('station_id', '=', stationId);
  if (id !== undefined) query = query.where('profile_id', '=', id);
  else {
    if (connectorId !== undefined) query = query.where('connector_id', '=', connectorId);
    if (chargingProfilePurpose !== undefined) query = query.where('purpose', '=', chargingProfilePurpose);
    if (stackLevel !== undefined) query = query.where('stack_level', '=', stackLevel);
  }
  await query.execute();
}

/** A TxProfile ends with its transaction (1.6 §3.13.1). */
export async function forgetTxProfiles(db: Kysely<Database>, stationId: string, transactionId: number): Promise<void> {
  await db
    .deleteFrom('profile_assignment')
    .where('station_id', '=', stationId)
    .where('transaction_id', '=', transactionId)
    .execute();
}
