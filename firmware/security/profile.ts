import type { Journal } from '../station/journal/journal.js';

export type SecurityProfile = 0 | 1 | 2 | 3;

export interface ProfileOptions {
  store: Pick<Journal['state'], 'get' | 'set'>;
  /** Of the configuration file. */
  configured: SecurityProfile;
  /** Why this profile cannot be used here now (A05.FR.02 to FR.04); null when it can. */
  obstacle: (profile: SecurityProfile) => string | null;
}

/** The security profile in force (white paper A05). */
export interface ProfileKeeper {
  readonly current: SecurityProfile;
  /** True while a higher profile was asked for and has not connected yet. */
  readonly onTrial: boolean;
  /** ChangeConfiguration(SecurityProfile). Null when it is accepted, else why not. */
  raise(value: number): string | null;
  /** Connected: a profile on trial is the profile now, for good. */
  connected(): void;
  /** An attempt failed. Gives the profile that it falls back to, once there were enough (A05.FR.08). */
  failed(): SecurityProfile | null;
}

interface Stored {
  profile: SecurityProfile;
  /** What the file said when this was stored: a person who edits the file has the last word (A00.FR.005). */
  configured: SecurityProfile;
  /** The one before, while this is on trial. */
  before: SecurityProfile | null;
}

const NAME = 'security.profile';
/** Attempts that a profile on trial has. */
const ATTEMPTS = 3;

export function createProfileKeeper({ store, configured, obstacle }: ProfileOptions): ProfileKeeper {
  let state = read(store.get(NAME), configured);
  let failures = 0;

  const set = (next: Stored): void => {
    store.set(NAME, next);
    state = next;
    failures = 0;
  };

  return {
    get current() {
      return state.profile;
    },
    get onTrial() {
      return state.before !== null;
    },
    raise(value) {
      const profile = isProfile(value) ? value : null;
      if (profile === null) return 'must be 0, 1, 2 or 3';
      if (profile <= state.profile) return `can only be raised above ${state.profile} (A05.FR.01)`;
      const why = obstacle(profile);
      if (why !== null) return why;
      // A second change before the first has connected: the way back stays the one that worked.
      set({ profile, configured, before: state.before ?? state.profile });
      return null;
    },
    connected() {
      if (state.before !== null) set({ ...state, before: null });
    },
    failed() {
      if (state.before === null) return null;
      failures += 1;
      if (failures < ATTEMPTS) return null;
      const { before } = state;
      set({ profile: before, configured, before: null });
      return before;
    },
  };
}

function read(value: unknown, configured: SecurityProfile): Stored {
  const fresh: Stored = { profile: configured, configured, before: null };
  if (typeof value !== 'object' || value === null) return fresh;
  const { profile, configured: then, before } = value as Partial<Record<keyof Stored, unknown>>;
  if (!isProfile(profile) || then !== configured) return fresh;
  return { profile, configured, before: isProfile(before) ? before : null };
}

function isProfile(value: unknown): value is SecurityProfile {
  return value === 0 || value === 1 || value === 2 || value === 3;
}
