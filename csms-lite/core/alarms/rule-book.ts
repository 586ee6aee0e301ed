import { audit } from '../audit.js';
import type { Core } from '../core.js';
import { ServiceError } from '../errors.js';
import type { AlarmRuleSetting } from '../model.js';
import { ALARM_RULES, type AlarmRuleName, type AppliedRule, defaultOf, isRuleName, ruleOf } from './rules.js';

/** The rules as they are set, in memory. */
export interface RuleBook {
  appliedOf(name: AlarmRuleName): AppliedRule;
  list(): AlarmRuleSetting[];
  set(name: string, change: Partial<AppliedRule>, actor: string): Promise<AlarmRuleSetting>;
}

export async function createRuleBook(core: Pick<Core, 'store' | 'nowMs'>): Promise<RuleBook> {
  const applied = new Map<AlarmRuleName, AppliedRule>(ALARM_RULES.map((name) => [name, defaultOf(name)]));
  for (const { rule, enabled, threshold } of await core.store.read.selectFrom('alarm_rule').selectAll().execute())
    if (isRuleName(rule))
      applied.set(rule, { enabled: enabled === 1, threshold: threshold ?? defaultOf(rule).threshold });
  const appliedOf = (name: AlarmRuleName): AppliedRule => applied.get(name) ?? defaultOf(name);
  const setting = (name: AlarmRuleName): AlarmRuleSetting => {
    const { enabled, threshold } = appliedOf(name);
    return { ...ruleOf(name), enabled, appliedThreshold: threshold };
  };
  return {
    appliedOf,
    list: () => ALARM_RULES.map(setting),
    async set(name, change, actor) {
      if (!isRuleName(name))
        throw new ServiceError(
          'alarm_rule_not_found',
          `There is no rule ${name}.`,
          `There are: ${ALARM_RULES.join(', ')}.`,
        );
      const { threshold: limits, unit } = ruleOf(name);
      if (change.threshold != null) {
        if (limits === null)
          throw new ServiceError(
            'invalid_request',
            `${name} has no threshold here.`,
            'Its detector has one of its own.',
          );
        if (change.threshold < limits.minimum || change.threshold > limits.maximum)
          throw new ServiceError(
            'invalid_request',
            `The threshold of ${name} cannot be ${change.threshold} ${unit}.`,
            `It must be from ${limits.minimum} to ${limits.maximum} ${unit}.`,
          );
      }
      const before = appliedOf(name);
      const enabled = change.enabled ?? before.enabled;
      const threshold =
        change.threshold === undefined ? before.threshold : (change.threshold ?? limits?.byDefault ?? null);
      const kept = { enabled: enabled ? 1 : 0, threshold: threshold === limits?.byDefault ? null : threshold } as const;
      await core.store.write(async (db) => {
        await db
          .insertInto('alarm_rule')
          .values({ rule: name, ...kept })
          .onConflict((conflict) => conflict.column('rule').doUpdateSet(kept))
          .execute();
        await audit(db, { atMs: core.nowMs(), actor, action: 'alarm-rule.update', subject: name, details: change });
      });
      applied.set(name, { enabled, threshold });
      return setting(name);
    },
  };
}
