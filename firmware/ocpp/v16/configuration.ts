import type { ConfigurationStore } from '../../station/journal/stores.js';
import { type ChargePointFacts, checkKeyValue, type KeyDefinition, type KeyVerdict } from './keyDefinition.js';

/** Where changed values live: the journal. */
export type KeyStore = Pick<ConfigurationStore, 'all' | 'set' | 'applyInitial'>;

/** Keeps a key whose value lives elsewhere, or whose change depends on more than its type (security). */
export interface KeyOwner {
  /** Empty for a key that is write-only. */
  read(): string;
  /** A value that fits the key's type. `after` runs once the answer has gone. Absent: the key is read-only. */
  change?(value: string): { ok: true; after?: () => void } | { ok: false; reason: string };
}

export type ChangeStatus = 'Accepted' | 'RebootRequired' | 'Rejected' | 'NotSupported';

/** The charge point's OCPP 1.6 configuration: the key table, the stored values, and who wants to know of changes. */
export interface Configuration {
  boolean(name: string): boolean;
  integer(name: string): number;
  /** Value in normal form. @throws Error for a name that is not in the table. */
  text(name: string): string;
  /** Keys that GetConfiguration shows: present and readable. */
  readable(): { key: string; readonly: boolean; value: string }[];
  /** Canonical entry for a requested name (CiString50: case does not matter), or null. */
  find(name: string): { key: string; readonly: boolean; value: string } | null;
  /** ChangeConfiguration (§5.3). `reason` says why not, for the log. */
  change(name: string, value: string): { status: ChangeStatus; reason: string | null; after?: () => void };
  /** A value from elsewhere in the protocol (HeartbeatInterval from the boot answer). Ignored when it does not fit. */
  adopt(name: string, value: string): void;
  /** Initial values from the configuration file: once, and never over a stored value. Answers what did not fit. */
  applyInitial(values: Readonly<Record<string, string>>): { name: string; reason: string }[];
  /** From now on this key is read from and changed by its owner; the journal's table does not hold it. */
  own(name: string, owner: KeyOwner): void;
  /** Called after a value became another. */
  onChange(listener: (key: KeyDefinition) => void): void;
}

export function createConfiguration(
  table: readonly KeyDefinition[],
  facts: ChargePointFacts,
  store: KeyStore,
): Configuration {
  const keys = new Map<string, KeyDefinition>();
  for (const key of table) {
    if (!facts.featureProfiles.includes(key.profile)) continue;
    if (key.presentWhen?.(facts) === false) continue;
    keys.set(key.name.toLowerCase(), key);
  }
  let stored = new Map(store.all());
  const listeners: ((key: KeyDefinition) => void)[] = [];
  const owners = new Map<string, KeyOwner>();

  const readOnly = (key: KeyDefinition): boolean => key.access === 'R' || key.readOnlyWhen?.(facts) === true;

  /** A stored value that no longer fits (other hardware, other range) gives way to the initial one. */
  const effective = (key: KeyDefinition): string => {
    const owner = owners.get(key.name);
    if (owner !== undefined) return owner.read();
    const text = readOnly(key) && key.setByFile !== true ? undefined : stored.get(key.name);
    const verdict = text === undefined ? undefined : checkKeyValue(key, text, facts);
    return verdict?.ok ? verdict.value : key.initial(facts);
  };
  const entry = (key: KeyDefinition) => ({ key: key.name, readonly: readOnly(key), value: effective(key) });

  const write = (key: KeyDefinition, value: string): void => {
    const before = effective(key);
    store.set(key.name, value);
    stored.set(key.name, value);
    if (value !== before) for (const listener of listeners) listener(key);
  };

  const checkInitial = (key: KeyDefinition, value: string): KeyVerdict => {
    if (owners.has(key.name)) return { ok: false, reason: 'is not set here but in csms.security' };
    return readOnly(key) && key.setByFile !== true
      ? { ok: false, reason: 'is read-only' }
      : checkKeyValue(key, value, facts);
  };

  const text = (name: string): string => {
    const key = keys.get(name.toLowerCase());
    if (key === undefined) throw new Error(`${name} is not a configuration key of this charge point`);
    return effective(key);
  };

  return {
    text,
    boolean: (name) => text(name) === 'true',
    integer: (name) => Number(text(name)),
    readable: () => [...keys.values()].filter((key) => key.access !== 'W').map(entry),
    find: (name) => {
      const key = keys.get(name.toLowerCase());
      return key === undefined || key.access === 'W' ? null : entry(key);
    },
    change: (name, value) => {
      const key = keys.get(name.toLowerCase());
      if (key === undefined) return { status: 'NotSupported', reason: `${name} is not a key of this charge point` };
      if (readOnly(key)) return { status: 'Rejected', reason: `${key.name} is read-only` };
      const verdict = checkKeyValue(key, value, facts);
      if (!verdict.ok) return { status: 'Rejected', reason: `${key.name} ${verdict.reason}` };
      const owner = owners.get(key.name);
      if (owner !== undefined) {
        const change = owner.change?.(verdict.value) ?? { ok: false as const, reason: 'is read-only' };
        if (!change.ok) return { status: 'Rejected', reason: `${key.name} ${change.reason}` };
        for (const listener of listeners) listener(key);
        return {
          status: 'Accepted',
          reason: null,
          ...(change.after === undefined ? {} : { after: change.after }),
        };
      }
      write(key, verdict.value);
      return { status: key.rebootRequired ? 'RebootRequired' : 'Accepted', reason: null };
    },
    adopt: (name, value) => {
      const key = keys.get(name.toLowerCase());
      const verdict = key === undefined ? undefined : checkKeyValue(key, value, facts);
      if (key === undefined || owners.has(key.name) || !verdict?.ok || verdict.value === effective(key)) return;
      write(key, verdict.value);
    },
    applyInitial: (values) => {
      const refused: { name: string; reason: string }[] = [];
      const fitting: Record<string, string> = {};
      for (const [name, value] of Object.entries(values)) {
        const key = keys.get(name.toLowerCase());
        const verdict = key === undefined ? null : checkInitial(key, value);
        if (key !== undefined && verdict?.ok) fitting[key.name] = verdict.value;
        else refused.push({ name, reason: verdict?.ok === false ? verdict.reason : 'is no key of this charge point' });
      }
      if (!store.applyInitial(fitting)) return [];
      stored = new Map(store.all());
      return refused;
    },
    own: (name, owner) => {
      owners.set(name, owner);
    },
    onChange: (listener) => {
      listeners.push(listener);
    },
  };
}
