/** Tables of alarms and the mails about them, and of the power curve. The house rules of schema.ts hold; figures are in the unit beside them. */
import type { ColumnType, Generated } from 'kysely';

type Flag = 0 | 1;
type Fixed<T> = ColumnType<T, T, never>;

export interface AlarmTables {
  alarm: AlarmTable;
  alarm_rule: AlarmRuleTable;
  alarm_notice: AlarmNoticeTable;
  alarm_mail: AlarmMailTable;
  power_bucket: PowerBucketTable;
}

/** Energy of all sessions together in five minutes. */
export interface PowerBucketTable {
  from_ms: Fixed<number>;
  energy_wh: number;
}

/** UNIQUE (rule, subject) among those that are open: `cleared_at_ms` is null. */
export interface AlarmTable {
  id: Generated<number>;
  rule: Fixed<string>;
  /** What it is about, unique within the rule: `CP-1`, `CP-1/2`, `webhook deliveries`. */
  subject: Fixed<string>;
  station_id: Fixed<string | null>;
  connector_id: Fixed<number | null>;
  /** What happened, a sentence. */
  what: Fixed<string>;
  /** When it was raised. */
  figure: Fixed<number>;
  threshold: Fixed<number>;
  unit: Fixed<string>;
  /** Since when the condition holds; before `raised_at_ms`. */
  since_ms: Fixed<number>;
  raised_at_ms: Fixed<number>;
  cleared_at_ms: number | null;
  acknowledged_at_ms: number | null;
  acknowledged_by: string | null;
  note: string | null;
}

/** Rules that somebody has changed; the others are as the table in the code says. */
export interface AlarmRuleTable {
  rule: Fixed<string>;
  enabled: Flag;
  /** Null: the default. */
  threshold: number | null;
}

/** What a mail owes its reader: written with the change of the alarm, done when a mail carries it. */
export interface AlarmNoticeTable {
  id: Generated<number>;
  alarm_id: Fixed<number>;
  change: Fixed<'raised' | 'cleared'>;
  at_ms: Fixed<number>;
  mail_id: number | null;
}

/** Mails as they were composed, until they were taken by the mail server and for a while after. */
export interface AlarmMailTable {
  id: Generated<number>;
  /** Message-ID (RFC 5322): the same on every attempt. */
  message_id: Fixed<string>;
  subject: Fixed<string>;
  body: Fixed<string>;
  status: 'pending' | 'sent' | 'dead';
  attempts: number;
  next_attempt_at_ms: number | null;
  last_error: string | null;
  created_at_ms: Fixed<number>;
  finished_at_ms: number | null;
}
