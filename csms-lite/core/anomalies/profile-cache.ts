import { parseJson } from '../../store/json.js';
import type { Core } from '../core.js';
import { type AcceptedProfile, readProfile } from './profile-limit.js';

/** Charging profiles that charge points have accepted, without a look into the database for each sample. */
export interface ProfileCache {
  /** Empty until they were read for the first time. */
  get(stationId: string): readonly AcceptedProfile[];
  close(): void;
}

const CHANGES = new Set(['set-charging-profile', 'clear-charging-profile']);

export function createProfileCache(core: Pick<Core, 'store' | 'events' | 'background'>): ProfileCache {
  const known = new Map<string, readonly AcceptedProfile[]>();

  const read = (stationId: string): void =>
    core.background.run(async () => {
      const rows = await core.store.read
        .selectFrom('profile_assignment')
        .select(['connector_id', 'transaction_id', 'body'])
        .where('station_id', '=', stationId)
        .execute();
      const profiles = rows.flatMap((row) => {
        const profile = readProfile(row.connector_id, row.transaction_id, parseJson<Record<string, unknown>>(row.body));
        return profile === null ? [] : [profile];
      });
      known.set(stationId, profiles);
    }, 'reading the charging profiles of a charge point');

  const subscription = core.events.subscribe(({ event }) => {
    if (event.type !== 'command.updated' || event.command.status === 'pending') return;
    if (CHANGES.has(event.command.name)) read(event.command.chargePointId);
  });
  return {
    get(stationId) {
      const profiles = known.get(stationId);
      if (profiles !== undefined) return profiles;
      known.set(stationId, []);
      read(stationId);
      return [];
    },
    close: subscription.unsubscribe,
  };
}
