import type { Alarm, AlarmMailState, AlarmRuleSetting } from '../core/model.js';
import { isoTime } from './present.js';

const orNull = (atMs: number | null): string | null => (atMs === null ? null : isoTime(atMs));

/** An alarm as the API shows it. */
export function presentAlarm(alarm: Alarm) {
  const { sinceMs, raisedAtMs, clearedAtMs, acknowledgedAtMs, ...rest } = alarm;
  return {
    ...rest,
    status: clearedAtMs === null ? ('open' as const) : ('cleared' as const),
    since: isoTime(sinceMs),
    raisedAt: isoTime(raisedAtMs),
    clearedAt: orNull(clearedAtMs),
    acknowledgedAt: orNull(acknowledgedAtMs),
  };
}

/** A rule: what it measures, and what it is set to. */
export function presentAlarmRule(rule: AlarmRuleSetting) {
  const { name, title, severity, unit, breach, threshold, clearAfterMs, measures, next } = rule;
  return {
    rule: name,
    title,
    severity,
    measures,
    next,
    unit,
    /** A figure of the threshold and above, or below, raises the alarm. */
    breach,
    enabled: rule.enabled,
    threshold: rule.appliedThreshold,
    defaultThreshold: threshold?.byDefault ?? null,
    minimum: threshold?.minimum ?? null,
    maximum: threshold?.maximum ?? null,
    clearAfterS: clearAfterMs / 1000,
  };
}

export function presentAlarmMail({ lastSentAtMs, ...rest }: AlarmMailState) {
  return { ...rest, lastSentAt: orNull(lastSentAtMs) };
}

export type AlarmView = ReturnType<typeof presentAlarm>;
export type AlarmRuleView = ReturnType<typeof presentAlarmRule>;
export type AlarmMailView = ReturnType<typeof presentAlarmMail>;
