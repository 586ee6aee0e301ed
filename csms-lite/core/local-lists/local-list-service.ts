import type { Core } from '../core.js';
import { ServiceError } from '../errors.js';
import type { Command } from '../model.js';
import { toTag } from '../tags/tag-store.js';
import { findList } from './list-store.js';
import { driftOf, type ListDrift, planUpdates, wantedList } from './plan.js';

export interface LocalListView {
  chargePointId: string;
  version: number;
  /** As last read from the charge point; null: never read. -1: it has no local list. */
  reportedVersion: number | null;
  /** Whether `entries` is what it has. False: never sent in full from here, or its version is another one. */
  contentKnown: boolean;
  updatedAtMs: number | null;
  entries: { idTag: string; idTagInfo: object }[];
  /** Against the tags as they are now; null where the content is not known. */
  drift: ListDrift | null;
}

export interface SyncResult {
  /** `unchanged`: nothing had to be sent. `refused`: the charge point did not take it; `answer` says how. */
  outcome: 'updated' | 'unchanged' | 'refused' | 'not-supported';
  version: number;
  /** Entries sent, over all messages. */
  sent: number;
  omitted: number;
  /** The last answer's status, or an error's code. */
  answer: string | null;
}

export interface LocalListService {
  /** @throws ServiceError charge_point_not_found */
  get(chargePointId: string): Promise<LocalListView>;
  /**
   * Reads the charge point's version, compares, and sends what is missing: the differences where we know what it has,
   * else the whole list. A VersionMismatch is answered with the whole list, once.
   * @throws ServiceError charge_point_not_found, charge_point_offline
   */
  sync(chargePointId: string, actor: string): Promise<SyncResult>;
}

type Send = (name: string, body: object) => Promise<Command>;

interface Limits {
  listLength: number;
  messageLength: number;
}

export function createLocalListService(
  core: Core,
  send: (chargePointId: string, name: string, body: object, actor: string) => Promise<Command>,
): LocalListService {
  const requireStation = async (id: string): Promise<void> => {
    const row = await core.store.read.selectFrom('station').select('id').where('id', '=', id).executeTakeFirst();
    if (row === undefined)
      throw new ServiceError(
        'charge_point_not_found',
        `There is no charge point ${id}.`,
        'GET /charge-points lists them.',
      );
  };
  const wantedOf = async (id: string, maxLength?: number) => {
    const rows = await core.store.read.selectFrom('tag').selectAll().orderBy('seq').execute();
    return wantedList(rows.map(toTag), id, core.nowMs(), maxLength);
  };

  const running = new Map<string, Promise<unknown>>();

  const syncNow = async (chargePointId: string, actor: string): Promise<SyncResult> => {
    await requireStation(chargePointId);
    const step: Send = (name, body) => send(chargePointId, name, body, actor);
    const reported = await step('get-local-list-version', {});
    const version = (reported.response as { listVersion?: unknown } | null)?.listVersion;
    if (typeof version !== 'number')
      return { outcome: 'refused', version: 0, sent: 0, omitted: 0, answer: reported.error?.code ?? null };
    if (version < 0) return { outcome: 'not-supported', version, sent: 0, omitted: 0, answer: null };
    const limits = await readLimits(step);
    const wanted = await wantedOf(chargePointId, limits.listLength);
    let next = version + 1;
    let sent = 0;
    for (let attempt = 0; ; attempt += 1) {
      const stored = await findList(core.store.read, chargePointId);
      const known = attempt === 0 ? stored : { ...stored, contentKnown: false };
      const updates = planUpdates(known, wanted, limits.messageLength);
      if (updates.length === 0)
        return { outcome: 'unchanged', version, sent: 0, omitted: wanted.omitted, answer: null };
      let status: unknown = null;
      for (const { updateType, entries } of updates) {
        const body = { listVersion: next, updateType, localAuthorizationList: entries.map(asGiven) };
        const command = await step('send-local-list', body);
        status = (command.response as { status?: unknown } | null)?.status ?? command.error?.code;
        if (status !== 'Accepted') break;
        next += 1;
        sent += entries.length;
      }
      if (status === 'Accepted')
        return { outcome: 'updated', version: next - 1, sent, omitted: wanted.omitted, answer: 'Accepted' };
      if (status !== 'VersionMismatch' || attempt > 0)
        return {
          outcome: status === 'NotSupported' ? 'not-supported' : 'refused',
          version: next - 1,
          sent,
          omitted: wanted.omitted,
          answer: typeof status === 'string' ? status : null,
        };
    }
  };

  return {
    async get(chargePointId) {
      await requireStation(chargePointId);
      const list = await findList(core.store.read, chargePointId);
      return {
        chargePointId,
        version: list.version,
        reportedVersion: list.reportedVersion,
        contentKnown: list.contentKnown,
        updatedAtMs: list.updatedAtMs,
        entries: [...list.entries.values()],
        drift: list.contentKnown ? driftOf(list, await wantedOf(chargePointId)) : null,
      };
    },
    async sync(chargePointId, actor) {
      // Two at a time would get in each other's versions.
      const before = running.get(chargePointId) ?? Promise.resolve();
      const mine = before.then(
        () => syncNow(chargePointId, actor),
        () => syncNow(chargePointId, actor),
      );
      running.set(chargePointId, mine);
      try {
        return await mine;
      } finally {
        if (running.get(chargePointId) === mine) running.delete(chargePointId);
      }
    },
  };
}

/** As the command send-local-list takes an entry. */
function asGiven({ idTag, idTagInfo }: { idTag: string; idTagInfo?: object }): object {
  return idTagInfo === undefined ? { idTag, remove: true } : { idTag, ...idTagInfo };
}

/** What the charge point says it can hold (1.6 §9.2). A charge point that does not say gets everything at once. */
async function readLimits(step: Send): Promise<Limits> {
  const keys = ['LocalAuthListMaxLength', 'SendLocalListMaxLength'];
  const { response } = await step('get-configuration', { keys });
  const given = (response as { configurationKey?: { key: string; value?: string }[] } | null)?.configurationKey ?? [];
  const limit = (key: string): number => {
    const value = Number(given.find((one) => one.key === key)?.value);
    return Number.isInteger(value) && value > 0 ? value : Number.POSITIVE_INFINITY;
  };
  return { listLength: limit('LocalAuthListMaxLength'), messageLength: limit('SendLocalListMaxLength') };
}
