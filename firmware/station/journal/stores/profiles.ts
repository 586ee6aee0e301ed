import type { Db } from '../database.js';
import type { ProfileStore, StoredProfile } from '../stores.js';

interface Row {
  profile_id: number;
  connector_id: number;
  purpose: string;
  stack_level: number;
  local_id: string | null;
  data: string;
}

export function createProfileStore(db: Db): ProfileStore {
  const selectAll = db.prepare<[], Row>(
    'SELECT * FROM profiles ORDER BY connector_id, purpose, stack_level, profile_id',
  );
  const removeSamePlace = db.prepare<[number, string, number, string | null]>(
    'DELETE FROM profiles WHERE connector_id = ? AND purpose = ? AND stack_level = ? AND local_id IS ?',
  );
  const remove = db.prepare<[number]>('DELETE FROM profiles WHERE profile_id = ?');
  const insert = db.prepare<[number, number, string, number, string | null, string]>(
    'INSERT INTO profiles (profile_id, connector_id, purpose, stack_level, local_id, data) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const list = (): StoredProfile[] => selectAll.all().map(toProfile);
  return {
    list,
    put(profile) {
      const { profileId, connectorId, purpose, stackLevel, localId, data } = profile;
      db.transaction(() => {
        remove.run(profileId);
        removeSamePlace.run(connectorId, purpose, stackLevel, localId);
        insert.run(profileId, connectorId, purpose, stackLevel, localId, JSON.stringify(data));
      }).immediate();
    },
    removeWhere: (matches) =>
      db
        .transaction(() => {
          const gone = list().filter(matches);
          for (const profile of gone) remove.run(profile.profileId);
          return gone.length;
        })
        .immediate(),
  };
}

function toProfile(row: Row): StoredProfile {
  return {
    profileId: row.profile_id,
    connectorId: row.connector_id,
    purpose: row.purpose,
    stackLevel: row.stack_level,
    localId: row.local_id,
    data: JSON.parse(row.data) as unknown,
  };
}
