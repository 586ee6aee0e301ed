import type { AlarmRule, AlarmRuleName, AlarmUnit } from './alarms/rules.js';

/** Something that somebody should look at. Open until `clearedAtMs`, whether acknowledged or not. */
export interface Alarm {
  id: number;
  rule: AlarmRuleName;
  title: string;
  severity: AlarmRule['severity'];
  /** What it is about: `CP-1`, `CP-1/2`, `webhook deliveries`. */
  subject: string;
  chargePointId: string | null;
  connectorId: number | null;
  /** What happened, a sentence. */
  what: string;
  /** What to do next. */
  next: string;
  /** When it was raised. */
  figure: number;
  threshold: number;
  unit: AlarmUnit;
  /** Since when the condition holds. */
  sinceMs: number;
  raisedAtMs: number;
  clearedAtMs: number | null;
  acknowledgedAtMs: number | null;
  acknowledgedBy: string | null;
  note: string | null;
}

/** A rule with what it is set to. */
export interface AlarmRuleSetting extends AlarmRule {
  enabled: boolean;
  /** What applies; null: the rule has none that could be set. */
  appliedThreshold: number | null;
}

/** How mails about alarms are sent; the password is never told. */
export interface AlarmMailSettings {
  /** `smtps://user:***@mail.example`; null: no mails. */
  smtpUrl: string | null;
  from: string;
  recipients: string[];
}

/** The settings, and how sending goes. */
export interface AlarmMailState extends AlarmMailSettings {
  /** Mails that wait for their (next) attempt. */
  pending: number;
  /** Given up. */
  dead: number;
  lastSentAtMs: number | null;
  /** Of the newest mail that could not be sent yet or at all. */
  lastError: string | null;
}
