import type { Store } from '../../store/store.js';
import { mergeLive, registerReading } from '../metering/live.js';
import type { NormalisedSample } from '../metering/normalise.js';
import { foldRegister, type RegisterState, readRegister, startRegister } from '../metering/register.js';
import type { LiveValues } from '../model.js';
import { storedReadings } from './stored-readings.js';
import type { TxRow } from './view.js';

/** A session in memory: its row and what the meter values said. */
export interface Session {
  row: TxRow;
  register: RegisterState;
  live: LiveValues | null;
}

/** Completed sessions kept per charge point, for meter values that come late. */
const KEPT_COMPLETED = 16;

/**
 * Sessions by charge point, so that meter values find theirs without asking the database. Filled from the database
 * at a charge point's first use; changed only after a commit. Looked up by charge point first, always: one charge
 * point never reaches another's session.
 */
export interface SessionIndex {
  /**
   * Reads what is on disk of a charge point that has connected, before its meter values ask for it: a fleet that starts
   * at once would else wait at its first readings.
   */
  prepare(stationId: string): Promise<void>;
  /** By the transactionId on the wire. */
  find(stationId: string, transactionId: number): Promise<Session | null>;
  /** The running session of a connector; the latest where several run. */
  activeOn(stationId: string, connectorId: number): Promise<Session | null>;
  /** As `find`, where no database is needed; undefined where it is. */
  findLoaded(stationId: string, transactionId: number): Session | undefined;
  /** What is in memory; null when nothing of this session is. */
  peek(stationId: string, id: number): Session | null;
  /** Takes a row as committed. Keeps what the meter said. */
  update(row: TxRow): Session;
  /** Takes committed meter values of a session. @returns true when the register went backwards for the first time */
  meter(session: Session, samples: readonly NormalisedSample[], atMs: number): boolean;
}

export function createSessionIndex(store: Store): SessionIndex {
  const stations = new Map<string, Promise<Map<number, Session>>>();
  const loaded = new Map<string, Map<number, Session>>();

  const sessionsOf = (stationId: string): Promise<Map<number, Session>> => {
    let sessions = stations.get(stationId);
    if (sessions === undefined) {
      sessions = load(stationId).catch((error: unknown) => {
        stations.delete(stationId);
        throw error;
      });
      stations.set(stationId, sessions);
    }
    return sessions;
  };

  const load = async (stationId: string): Promise<Map<number, Session>> => {
    const rows = await store.read
      .selectFrom('tx')
      .selectAll()
      .where('station_id', '=', stationId)
      .where('state', '=', 'active')
      .orderBy('seq')
      .execute();
    const sessions = new Map<number, Session>();
    for (const row of rows) sessions.set(row.id, await restore(store, row));
    loaded.set(stationId, sessions);
    return sessions;
  };

  const forgetOldest = (sessions: Map<number, Session>): void => {
    const completed = [...sessions.values()].filter((session) => session.row.state === 'completed');
    for (const session of completed.slice(0, Math.max(0, completed.length - KEPT_COMPLETED)))
      sessions.delete(session.row.id);
  };

  return {
    async prepare(stationId) {
      await sessionsOf(stationId);
    },
    async find(stationId, transactionId) {
      const sessions = await sessionsOf(stationId);
      const known = this.findLoaded(stationId, transactionId);
      if (known !== undefined) return known;
      const row = await store.read
        .selectFrom('tx')
        .selectAll()
        .where('station_id', '=', stationId)
        .where('transaction_id', '=', transactionId)
        .orderBy('seq', 'desc')
        .executeTakeFirst();
      if (row === undefined) return null;
      const session = await restore(store, row);
      sessions.set(row.id, session);
      forgetOldest(sessions);
      return session;
    },
    findLoaded(stationId, transactionId) {
      const sessions = loaded.get(stationId);
      const direct = sessions?.get(transactionId);
      if (direct !== undefined && direct.row.transaction_id === transactionId) return direct;
      if (sessions === undefined) return undefined;
      for (const session of sessions.values()) if (session.row.transaction_id === transactionId) return session;
      return undefined;
    },
    async activeOn(stationId, connectorId) {
      let latest: Session | null = null;
      for (const session of (await sessionsOf(stationId)).values()) {
        const { row } = session;
        if (row.state !== 'active' || row.connector_id !== connectorId) continue;
        if (latest === null || row.seq > latest.row.seq) latest = session;
      }
      return latest;
    },
    peek: (stationId, id) => loaded.get(stationId)?.get(id) ?? null,
    update(row) {
      const sessions = loaded.get(row.station_id);
      // A load that is under way may have read the row as it was before.
      if (sessions === undefined)
        void stations.get(row.station_id)?.then(
          () => this.update(row),
          () => undefined,
        );
      const known = sessions?.get(row.id);
      if (known !== undefined) {
        known.row = row;
        return known;
      }
      const session: Session = { row, register: startRegister(row.meter_start_wh), live: null };
      if (sessions !== undefined) {
        sessions.set(row.id, session);
        forgetOldest(sessions);
      }
      return session;
    },
    meter(session, samples, atMs) {
      const before = session.register;
      const reading = registerReading(samples);
      if (reading !== null) session.register = readRegister(before, reading, atMs);
      session.live = mergeLive(session.live, samples, atMs, reading === null ? null : session.register.energyWh);
      return session.register.wentBackwards && !before.wentBackwards;
    },
  };
}

/** A session as its stored samples leave it. */
export async function restore(store: Pick<Store, 'read'>, row: TxRow): Promise<Session> {
  const readings = await storedReadings(store.read, row.id);
  const register = foldRegister(row.meter_start_wh, readings);
  const last = readings.at(-1);
  const live = last === undefined ? null : mergeLive(null, [], last.atMs, register.energyWh);
  return { row, register, live };
}
