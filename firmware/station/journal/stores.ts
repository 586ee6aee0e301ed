import type { Stamp } from '../../domain/stamp.js';
import type { DomainEvent, Reservation } from '../../threads/messages.js';
import type { ResolvedTime } from '../time/types.js';

/** What the central system said of a tag (OCPP 1.6 §7.27 IdTagInfo); the status in OCPP's spelling. */
export interface IdTagInfo {
  status: 'Accepted' | 'Blocked' | 'Expired' | 'Invalid' | 'ConcurrentTx';
  /** Unix epoch milliseconds; null for no expiry. */
  expiresAtMs: number | null;
  parentIdTag: string | null;
}

/** OCPP configuration keys that were set. Defaults live in the key table of the OCPP client, not here. */
export interface ConfigurationStore {
  /** Null when the key was never set. */
  get(key: string): string | null;
  all(): ReadonlyMap<string, string>;
  /** Durable when it returns. Writing the value that is there already costs nothing. */
  set(key: string, value: string): void;
  remove(key: string): void;
  /** Applies the configuration file's initial values, once in the life of a database; false when that was done before. */
  applyInitial(values: Readonly<Record<string, string>>): boolean;
}

/** The authorization cache (1.6 §3.5.1). Tags are compared without regard to case (CiString20). Bounded: the least recently used goes. */
export interface AuthorizationCache {
  /** The entry, expired or not (the caller judges `expiresAtMs`); null when unknown. Counts as a use. */
  get(idTag: string): IdTagInfo | null;
  put(idTag: string, info: IdTagInfo): void;
  remove(idTag: string): void;
  clear(): void;
  size(): number;
}

export interface LocalListEntry {
  idTag: string;
  info: IdTagInfo;
}

/** The local authorization list (1.6 §3.5.2). */
export interface LocalList {
  /** 0 while there is no list. */
  version(): number;
  get(idTag: string): IdTagInfo | null;
  /** By idTag. */
  all(): LocalListEntry[];
  size(): number;
  /** Replaces list and version in one commit. */
  replace(version: number, entries: Iterable<LocalListEntry>): void;
  /** Adds, changes and (info null) removes entries, and sets the version, in one commit. */
  update(version: number, changes: Iterable<{ idTag: string; info: IdTagInfo | null }>): void;
}

/** Availability by connector (0 is the whole charge point); persistent over reboots (1.6 §5.2). */
export interface AvailabilityStore {
  /** True for a connector that was never set. */
  isOperative(connectorId: number): boolean;
  set(connectorId: number, operative: boolean): void;
}

export interface StoredReservation extends Reservation {
  connectorId: number;
  /** Unix epoch milliseconds. */
  expiresAtMs: number;
}

export interface ReservationStore {
  list(): StoredReservation[];
  get(reservationId: number): StoredReservation | null;
  /** Adds it, or replaces the one with the same reservationId (1.6 §5.13). */
  put(reservation: StoredReservation): void;
  /** False when there was none. */
  remove(reservationId: number): boolean;
}

/** A charging profile, kept as it came. `data` must be JSON. */
export interface StoredProfile {
  connectorId: number;
  profileId: number;
  /** 1.6 §7.11 chargingProfilePurpose. */
  purpose: string;
  stackLevel: number;
  /** For a TxProfile: the transaction it was set for; null otherwise. */
  localId: string | null;
  data: unknown;
}

export interface ProfileStore {
  list(): StoredProfile[];
  /** Replaces a profile with the same id, and one with the same connector, purpose, stack level and transaction (1.6 §5.16.2). */
  put(profile: StoredProfile): void;
  /** Removes those that `matches` accepts, in one commit; gives their number. */
  removeWhere(matches: (profile: StoredProfile) => boolean): number;
}

/** Small JSON values under a name: registration, heartbeat interval, log request ids and the like. */
export interface StationStateStore {
  /** Undefined when never set. The caller validates the shape. */
  get(name: string): unknown;
  /** Durable when it returns; writing an equal value costs nothing. */
  set(name: string, value: unknown): void;
  remove(name: string): void;
}

/** The last domain events, for diagnostics. Written in groups: a power cut may lose those of the last minute, never more. */
export interface EventRing {
  add(event: DomainEvent): void;
  /** Newest last. */
  list(limit: number): DomainEvent[];
}

/** The security log (white paper A04.FR.04): the last 1000 security events, each durable when `add` returns. */
export interface SecurityLog {
  add(entry: { type: string; techInfo: string | null; at: Stamp }): void;
  /** Newest last. */
  list(limit: number): { type: string; techInfo: string | null; time: ResolvedTime }[];
}
