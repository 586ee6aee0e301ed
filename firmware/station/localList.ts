import { isValid } from './authorizationRules.js';
import type { Core } from './core.js';
import type { IdTagInfo } from './journal/journal.js';

export type ListStatus = 'Accepted' | 'Failed' | 'NotSupported' | 'VersionMismatch';

export interface ListUpdate {
  version: number;
  full: boolean;
  /** `info` null: take it off the list (differential only). */
  entries: readonly { idTag: string; info: IdTagInfo | null }[];
}

export interface LocalListOptions
  extends Pick<Core, 'configuration' | 'journal' | 'featureProfiles' | 'events' | 'failed'> {
  /** A conflict began or ended: connector 0's status tells it (§3.5.2). */
  changed: () => void;
}

/** The local authorization list (1.6 §3.5.2, §5.10, §5.15). */
export interface LocalAuthorizationList {
  /** GetLocalListVersion: -1 while it is off, 0 while it is empty. */
  version(): number;
  /** SendLocalList. Whatever is not Accepted leaves the old list as it was. */
  update(update: ListUpdate): ListStatus;
  /** Null while the list is off or has no such tag. */
  get(idTag: string): IdTagInfo | null;
  /** The central system said this of a tag: does the list say otherwise? */
  compare(idTag: string, info: IdTagInfo): void;
  /** Tag for which the central system contradicts the list; null when none. Gone with the next update. */
  readonly conflict: string | null;
}

/** Undoes an update that turns out not to fit. */
class Refused extends Error {}

export function createLocalList(options: LocalListOptions): LocalAuthorizationList {
  const { configuration, journal, events } = options;
  const { localList: list, authorizationCache: cache } = journal;
  let conflict: string | null = null;

  const isOn = options.featureProfiles.includes('LocalAuthListManagement');
  const isEnabled = (): boolean => isOn && configuration.boolean('LocalAuthListEnabled');
  // §5.10: "A version number of 0 (zero) SHALL be used to indicate that the local authorization list is empty".
  const version = (): number => (list.size() === 0 ? 0 : list.version());

  /** Why an update cannot be, as far as it can be told from the request. */
  const problemOf = ({ version, full, entries }: ListUpdate): string | null => {
    const most = configuration.integer('SendLocalListMaxLength');
    if (entries.length > most) return `it has ${entries.length} entries, SendLocalListMaxLength is ${most}`;
    // Errata 3.52: never 0 or -1. But 0 with an empty full list is in use for "clear it".
    if (version < 0 || (version === 0 && !(full && entries.length === 0))) return `${version} is no list version`;
    const seen = new Set<string>();
    for (const { idTag, info } of entries) {
      if (idTag.length === 0 || idTag.length > 20) return `"${idTag}" is no idTag`;
      if (full && info === null) return `${idTag} has no idTagInfo, which a full list needs (§7.1)`;
      if (seen.has(idTag.toLowerCase())) return `${idTag} is in it twice (§6.41)`;
      seen.add(idTag.toLowerCase());
    }
    return null;
  };

  const write = ({ version, full, entries }: ListUpdate): void => {
    journal.atomically(() => {
      if (full)
        list.replace(
          version,
          entries.flatMap(({ idTag, info }) => (info === null ? [] : [{ idTag, info }])),
        );
      else list.update(version, entries);
      const most = configuration.integer('LocalAuthListMaxLength');
      const size = list.size();
      if (size > most) throw new Refused(`the list would have ${size} entries, LocalAuthListMaxLength is ${most}`);
      // §3.5.3: "Identifiers known in the Local Authorization List SHALL NOT be added to the Authorization Cache."
      if (cache.size() > 0)
        for (const { idTag, info } of entries) if (info !== null && cache.get(idTag) !== null) cache.remove(idTag);
    });
  };

  const refuse = (reason: string): 'Failed' => {
    const hint = 'The old list is as it was.';
    events.tell('LocalListRefused', `A local list was refused: ${reason}. ${hint}`, { data: { reason } });
    return 'Failed';
  };

  return {
    get conflict() {
      return conflict;
    },
    version: () => (isEnabled() ? version() : -1),
    update(update) {
      if (!isEnabled()) return 'NotSupported';
      // §7.47.
      if (!update.full && update.version <= version()) return 'VersionMismatch';
      const problem = problemOf(update);
      if (problem !== null) return refuse(problem);
      try {
        write(update);
      } catch (error) {
        if (error instanceof Refused) return refuse(error.message);
        options.failed(error, 'local list');
        return refuse('it could not be written');
      }
      events.tell('LocalList', `The local list is now version ${version()} with ${list.size()} entries`, {
        data: { version: version(), size: list.size() },
      });
      if (conflict !== null) {
        conflict = null;
        options.changed();
      }
      return 'Accepted';
    },
    get: (idTag) => (isEnabled() ? list.get(idTag) : null),
    compare(idTag, info) {
      // That a card charges elsewhere says nothing about the list.
      if (info.status === 'ConcurrentTx') return;
      const listed = isEnabled() ? list.get(idTag) : null;
      const nowMs = journal.clock.nowMs();
      if (listed === null || isValid(listed, nowMs) === isValid(info, nowMs)) return;
      if (conflict === idTag) return;
      conflict = idTag;
      events.tell('LocalListConflict', `The central system says ${info.status} of ${idTag}, the local list otherwise`, {
        data: { idTag, listed: listed.status, said: info.status },
      });
      options.changed();
    },
  };
}
