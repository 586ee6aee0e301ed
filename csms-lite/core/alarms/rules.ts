/** The rules by which alarms are raised: one table, everything else reads it. */
export const ALARM_RULES = [
  'offline',
  'faulted',
  'anomaly',
  'queue-growing',
  'clock-skew',
  'certificate-expiring',
  'disk-filling',
] as const;
export type AlarmRuleName = (typeof ALARM_RULES)[number];

/** What a figure and its threshold are counted in. */
export type AlarmUnit = 's' | 'd' | '%' | 'waiting' | 'mA' | 'ms' | 'turns';

export interface AlarmRule {
  name: AlarmRuleName;
  title: string;
  /** `fault`: somebody should go there now. `warning`: somebody should look today. */
  severity: 'fault' | 'warning';
  /**
   * `duration`: the figure is how long a condition holds. `level`: a figure is read from time to time. `judged`: who
   * reports it has a threshold of its own; here it is only switched on or off.
   */
  kind: 'duration' | 'level' | 'judged';
  unit: AlarmUnit;
  /** What is raised: a figure of the threshold and above, or below. */
  breach: 'above' | 'below';
  /** Default, and what it may be set to. Null: `judged`. */
  threshold: { byDefault: number; minimum: number; maximum: number } | null;
  /** A level must be this far on the good side before the alarm can end: a share of the threshold. */
  clearMargin: number;
  /** And all must stay well for so long, so that what comes and goes is one alarm. */
  clearAfterMs: number;
  /** What is measured, in a sentence. */
  measures: string;
  /** What to do about it, in a sentence or two. */
  next: string;
}

const MINUTE_MS = 60_000;

const TABLE: Record<AlarmRuleName, Omit<AlarmRule, 'name'>> = {
  offline: {
    title: 'Charge point offline',
    severity: 'fault',
    kind: 'duration',
    unit: 's',
    breach: 'above',
    threshold: { byDefault: 300, minimum: 10, maximum: 7 * 86_400 },
    clearMargin: 0,
    clearAfterMs: MINUTE_MS,
    measures: 'How long a registered charge point has had no connection.',
    next: 'Is it powered, and is its network there? A charger that is refused is listed on the page Connect with the reason.',
  },
  faulted: {
    title: 'Connector faulted',
    severity: 'fault',
    kind: 'duration',
    unit: 's',
    breach: 'above',
    threshold: { byDefault: 30, minimum: 0, maximum: 86_400 },
    clearMargin: 0,
    clearAfterMs: MINUTE_MS,
    measures: 'How long a connector (0: the charge point itself) has reported Faulted.',
    next: 'Look at its error code. A reset from the station’s page often helps; a ground failure or a welded contactor needs an electrician.',
  },
  anomaly: {
    title: 'Current anomaly',
    severity: 'fault',
    kind: 'judged',
    unit: 'mA',
    breach: 'above',
    threshold: null,
    clearMargin: 0,
    clearAfterMs: 30_000,
    measures: 'What the detectors of current say: oscillation, runaway, stuck-on, silence, drift.',
    next: 'Look at the current on the station’s page. Stop the session if it runs above its limit; a current without a session means a contactor that does not open.',
  },
  'queue-growing': {
    title: 'Queue growing',
    severity: 'warning',
    kind: 'level',
    unit: 'waiting',
    breach: 'above',
    threshold: { byDefault: 100, minimum: 1, maximum: 1_000_000 },
    clearMargin: 0.5,
    clearAfterMs: MINUTE_MS,
    measures: 'The least that has waited in a queue over the last five minutes: what never drains.',
    next: 'See who does not take what is sent: the pages Webhooks and System show deliveries and commands with their errors.',
  },
  'clock-skew': {
    title: 'Clock wrong',
    severity: 'warning',
    kind: 'level',
    unit: 's',
    breach: 'above',
    threshold: { byDefault: 120, minimum: 5, maximum: 86_400 },
    clearMargin: 0.25,
    clearAfterMs: MINUTE_MS,
    measures: 'How far a charge point’s clock is from ours, either way.',
    next: 'It should set its clock by BootNotification and Heartbeat answers: reset it, or give it a time server. Is this machine’s own clock right?',
  },
  'certificate-expiring': {
    title: 'Certificate expires',
    severity: 'warning',
    kind: 'level',
    unit: 'd',
    breach: 'below',
    threshold: { byDefault: 30, minimum: 1, maximum: 365 },
    clearMargin: 0,
    clearAfterMs: 0,
    measures: 'Days until a charge point’s certificate, or the server’s own, is no longer valid.',
    next: 'A charge point asks for a new one by ExtendedTriggerMessage SignChargePointCertificate; the server’s own is renewed in its files, then SIGHUP.',
  },
  'disk-filling': {
    title: 'Disk filling',
    severity: 'fault',
    kind: 'level',
    unit: '%',
    breach: 'above',
    threshold: { byDefault: 90, minimum: 1, maximum: 100 },
    clearMargin: 0.02,
    clearAfterMs: 0,
    measures: 'How much of the disk with csms-lite’s data is used.',
    next: 'Shorten messageRetentionDays in Settings, move backups and uploaded files elsewhere, or give it a larger disk. A full disk stops charging from being recorded.',
  },
};

export function ruleOf(name: AlarmRuleName): AlarmRule {
  return { name, ...TABLE[name] };
}

export function isRuleName(name: string): name is AlarmRuleName {
  return (ALARM_RULES as readonly string[]).includes(name);
}

/** A rule as it is applied now. */
export interface AppliedRule {
  enabled: boolean;
  /** Null: `judged`. */
  threshold: number | null;
}

export function defaultOf(name: AlarmRuleName): AppliedRule {
  return { enabled: true, threshold: TABLE[name].threshold?.byDefault ?? null };
}
