import type { ChargingProfile, InstalledProfile } from '../../smart-charging/profile.js';
import type { ProfileStore, StoredProfile } from '../journal/stores.js';

/** A profile as the station keeps it: besides where it is installed, whom a TxProfile is for. */
export interface KeptProfile extends InstalledProfile {
  /** Of a TxProfile: its transaction. */
  localId: string | null;
  /** Of a TxProfile that came with a RemoteStartTransaction: the idTag whose transaction has not begun yet. */
  waitsFor: string | null;
}

/** The installed profiles, in the journal (errata 3.37: they persist) and in memory. */
export interface InstalledProfiles {
  all(): readonly KeptProfile[];
  put(profile: KeptProfile): void;
  /** Gives how many went. */
  removeWhere(matches: (profile: KeptProfile) => boolean): number;
}

/** What the journal keeps in `data`. */
interface Content {
  profile: ChargingProfile;
  waitsFor: string | null;
}

export function createInstalledProfiles(store: ProfileStore): InstalledProfiles {
  let kept = store.list().map(read);
  return {
    all: () => kept,
    put({ connectorId, profile, localId, waitsFor }) {
      const content: Content = { profile, waitsFor };
      store.put({
        connectorId,
        profileId: profile.profileId,
        purpose: profile.purpose,
        stackLevel: profile.stackLevel,
        localId,
        data: content,
      });
      kept = store.list().map(read);
    },
    removeWhere(matches) {
      if (!kept.some(matches)) return 0;
      const removed = store.removeWhere((stored) => matches(read(stored)));
      kept = store.list().map(read);
      return removed;
    },
  };
}

function read({ connectorId, localId, data }: StoredProfile): KeptProfile {
  const { profile, waitsFor } = data as Content;
  return { connectorId, profile, localId, waitsFor };
}
