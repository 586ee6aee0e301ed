/**
 * The form of a configuration key. One table of these (core.ts now, other profiles beside it later) gives validation,
 * GetConfiguration, ChangeConfiguration's verdicts, live effects and the documentation.
 */

/** OCPP 1.6 §3.3, in the spelling of SupportedFeatureProfiles (§9.1.29). */
export const FEATURE_PROFILES = [
  'Core',
  'FirmwareManagement',
  'LocalAuthListManagement',
  'Reservation',
  'SmartCharging',
  'RemoteTrigger',
] as const;
export type FeatureProfile = (typeof FEATURE_PROFILES)[number];

/** Profiles that this program has handlers for; the configuration may switch some of them off, never others on. */
export const BUILT_PROFILES: readonly FeatureProfile[] = [
  'Core',
  'FirmwareManagement',
  'LocalAuthListManagement',
  'Reservation',
  'SmartCharging',
  'RemoteTrigger',
];

/** The profiles that are on, in the specification's order. Core always is. @param configured `ocpp.featureProfiles` */
export function activeProfiles(configured: readonly string[]): FeatureProfile[] {
  return BUILT_PROFILES.filter((profile) => profile === 'Core' || configured.includes(profile));
}

/** What the keys need to know of this charge point. */
export interface ChargePointFacts {
  connectors: readonly { connectorId: number; phases: number; hasLock: boolean; hasPlugSensor: boolean }[];
  /** Profiles that are on; Core always is. */
  featureProfiles: readonly FeatureProfile[];
  /** Default of MessageTimeout, from the configuration file. */
  callTimeoutS: number;
  /** The light that answers cards. */
  indicator: 'none' | 'plain' | 'dimmable';
}

export type KeyType =
  | { kind: 'boolean' }
  | { kind: 'integer'; minimum: number; maximum: number }
  | { kind: 'string'; maximumLength: number }
  /** Comma-separated list. `item` gives the normal form of an item, or null when it is not allowed. */
  | { kind: 'list'; maximumItems: number; item: (text: string, facts: ChargePointFacts) => string | null };

/** Who has to act when a value changed; the station subscribes by this. */
export type KeyEffect =
  | 'connectors'
  | 'heartbeat'
  | 'ping'
  | 'meter-values'
  | 'status'
  | 'authorization'
  | 'messages'
  | 'security'
  | 'light'
  | 'none';

export interface KeyDefinition {
  name: string;
  profile: FeatureProfile;
  /** Where it is defined. */
  section: string;
  required: boolean;
  /** R read-only, RW, W write-only (never in GetConfiguration). */
  access: 'R' | 'RW' | 'W';
  /** Makes an RW key read-only on this hardware. */
  readOnlyWhen?: (facts: ChargePointFacts) => boolean;
  /** Read-only for the central system, but ocpp.configuration of the configuration file may give it another first value. */
  setByFile?: boolean;
  type: KeyType;
  unit: string | null;
  /** Value before anybody set one. Read-only keys keep it, but for `setByFile`. */
  initial: (facts: ChargePointFacts) => string;
  /** Takes part only when this holds (absent key: function not provided, §9). Default: always. */
  presentWhen?: (facts: ChargePointFacts) => boolean;
  rebootRequired: boolean;
  effect: KeyEffect;
  /** One sentence for people. */
  description: string;
}

/** A row of a profile's table: what is the same for all of them is left out. */
export type KeyRow = Omit<KeyDefinition, 'profile' | 'rebootRequired'> & { rebootRequired?: boolean };

/** Whether a value fits, in its normal form ("TRUE" becomes "true", blanks around list items go). */
export type KeyVerdict = { ok: true; value: string } | { ok: false; reason: string };

/** Largest 32-bit integer: what OCPP 1.6 peers can be expected to read. */
export const INTEGER_MAXIMUM = 2_147_483_647;

export const BOOLEAN: KeyType = { kind: 'boolean' };
export const SECONDS: KeyType = { kind: 'integer', minimum: 0, maximum: INTEGER_MAXIMUM };
export const COUNT = (minimum: number, maximum: number): KeyType => ({ kind: 'integer', minimum, maximum });

/** CiString500Type (§6.9). */
const VALUE_MAXIMUM_LENGTH = 500;

/** Checks `text` against the type of `key` and gives its normal form. */
export function checkKeyValue(key: KeyDefinition, text: string, facts: ChargePointFacts): KeyVerdict {
  if (text.length > VALUE_MAXIMUM_LENGTH) return no(`a value has at most ${VALUE_MAXIMUM_LENGTH} characters`);
  const { type } = key;
  switch (type.kind) {
    case 'boolean': {
      const lower = text.trim().toLowerCase();
      return lower === 'true' || lower === 'false' ? { ok: true, value: lower } : no('must be true or false');
    }
    case 'integer': {
      const trimmed = text.trim();
      if (!/^-?\d{1,12}$/.test(trimmed)) return no('must be an integer');
      const value = Number(trimmed);
      if (value < type.minimum || value > type.maximum) return no(`must be from ${type.minimum} to ${type.maximum}`);
      return { ok: true, value: String(value) };
    }
    case 'string':
      return text.length <= type.maximumLength
        ? { ok: true, value: text }
        : no(`must have at most ${type.maximumLength} characters`);
    case 'list':
      return checkList(type, text, facts);
  }
}

function checkList(type: Extract<KeyType, { kind: 'list' }>, text: string, facts: ChargePointFacts): KeyVerdict {
  if (text.trim() === '') return { ok: true, value: '' };
  const items: string[] = [];
  for (const part of text.split(',')) {
    const item = type.item(part.trim(), facts);
    if (item === null) return no(`"${part.trim()}" is not supported here`);
    if (!items.includes(item)) items.push(item);
  }
  if (items.length > type.maximumItems) return no(`has at most ${type.maximumItems} items`);
  return { ok: true, value: items.join(',') };
}

function no(reason: string): KeyVerdict {
  return { ok: false, reason };
}
