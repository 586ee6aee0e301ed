import type { Kysely } from 'kysely';
import type { Database } from '../../store/schema.js';
import { commit } from '../commit.js';
import type { Core } from '../core.js';
import type { Alarm } from '../model.js';
import { clearAlarm, insertAlarm, knownAlarm, openAlarms } from './alarm-store.js';
import { type Condition, judge, restored, type Seen, type Verdict } from './judge.js';
import { type AlarmSubject, type Observation, readingOf } from './observe.js';
import { type AlarmRuleName, type AppliedRule, ruleOf } from './rules.js';

/** Writes what the change of an alarm owes to others, in the same transaction. */
export type OnChange = (db: Kysely<Database>, alarm: Alarm, change: 'raised' | 'cleared') => Promise<void>;

export interface AlarmEngine {
  observe(observation: Observation): void;
  /** Only time has passed, or a rule was changed. */
  tick(): void;
  /** Everything decided so far is on disk and announced. */
  idle(): Promise<void>;
  stop(): Promise<void>;
}

interface Watched {
  rule: AlarmRuleName;
  subject: AlarmSubject;
  condition: Condition;
}

/**
 * Holds the conditions in memory, lets `judge` decide about each, and keeps what was decided. Alarms of an earlier
 * process that are still open are taken up again.
 */
export async function createAlarmEngine(
  core: Pick<Core, 'store' | 'events' | 'outbox' | 'nowMs' | 'log'>,
  appliedOf: (rule: AlarmRuleName) => AppliedRule,
  onChange: OnChange,
): Promise<AlarmEngine> {
  const watched = new Map<string, Watched>();
  /** Decisions reach the disk one after the other: a raise and its clear never overtake each other. */
  let tail: Promise<void> = Promise.resolve();

  const keep = async (rule: AlarmRuleName, subject: AlarmSubject, verdict: Verdict, atMs: number): Promise<void> => {
    await commit(core, async (db, announce) => {
      const isRaise = verdict.t === 'raise';
      const row = isRaise
        ? await insertAlarm(db, rule, subject, verdict, atMs)
        : await clearAlarm(db, rule, subject.key, atMs);
      if (row === null) return;
      const alarm = knownAlarm(row);
      await onChange(db, alarm, isRaise ? 'raised' : 'cleared');
      announce({ type: isRaise ? 'alarm.raised' : 'alarm.cleared', alarm });
    });
  };

  const inOrder = (
    rule: AlarmRuleName,
    subject: AlarmSubject,
    verdict: Verdict,
    atMs: number,
    undo: () => void,
  ): void => {
    tail = tail
      .then(() => keep(rule, subject, verdict, atMs))
      .catch((error: unknown) => {
        core.log.error({ err: error, rule, subject: subject.key }, 'an alarm could not be stored; it is tried again');
        undo();
      });
  };

  const decide = (rule: AlarmRuleName, subject: AlarmSubject, seen: Seen | null): void => {
    const key = `${rule}\n${subject.key}`;
    const before = watched.get(key)?.condition ?? null;
    // Nearly every event says that something is as well as it was.
    if (before === null && (seen === null || seen.t === 'well')) return;
    const atMs = core.nowMs();
    const { condition, verdict } = judge(before, seen, ruleOf(rule), appliedOf(rule), atMs);
    if (condition === null) watched.delete(key);
    else watched.set(key, { rule, subject, condition });
    if (verdict === null) return;
    inOrder(rule, subject, verdict, atMs, () => {
      const one = watched.get(key);
      // As before the decision: the next tick decides again.
      if (one !== undefined) one.condition = { ...one.condition, open: verdict.t === 'clear' };
      else if (verdict.t === 'clear') watched.set(key, { rule, subject, condition: restored('') });
    });
  };

  for (const { rule, subject, chargePointId, connectorId, what } of await openAlarms(core.store.read))
    watched.set(`${rule}\n${subject}`, {
      rule,
      subject: { key: subject, chargePointId, connectorId },
      condition: restored(what),
    });

  const observe = ({ rule, subject, seen }: Observation): void => decide(rule, subject, seen);
  const { unsubscribe } = core.events.subscribe(({ event, atMs }) => {
    const reading = readingOf(event, atMs);
    if (reading === null) return;
    if (reading.t === 'observed') return observe(reading.observation);
    for (const one of [...watched.values()]) {
      const { rule, subject, condition } = one;
      if (subject.chargePointId !== reading.chargePointId) continue;
      const key = `${rule}\n${subject.key}`;
      watched.delete(key);
      if (condition.open) inOrder(rule, subject, { t: 'clear' }, atMs, () => watched.set(key, one));
    }
  });

  return {
    observe,
    tick() {
      for (const { rule, subject } of [...watched.values()]) decide(rule, subject, null);
    },
    idle: () => tail,
    async stop() {
      unsubscribe();
      await tail;
    },
  };
}
