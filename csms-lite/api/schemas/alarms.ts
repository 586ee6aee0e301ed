/** The resources of alarms as JSON Schemas. */
const timestamp = { type: 'string', format: 'date-time' } as const;
const nullableTimestamp = { type: ['string', 'null'], format: 'date-time' } as const;
const rule = {
  enum: ['offline', 'faulted', 'anomaly', 'queue-growing', 'clock-skew', 'certificate-expiring', 'disk-filling'],
} as const;

export const alarmSchema = {
  type: 'object',
  required: ['id', 'rule', 'status', 'what', 'next', 'figure', 'threshold', 'unit', 'since', 'raisedAt'],
  properties: {
    id: { type: 'integer' },
    rule,
    title: { type: 'string' },
    severity: { enum: ['fault', 'warning'] },
    status: { enum: ['open', 'cleared'] },
    subject: { type: 'string', description: 'what it is about: CP-1, CP-1/2, webhook deliveries' },
    chargePointId: { type: ['string', 'null'] },
    connectorId: { type: ['integer', 'null'] },
    what: { type: 'string', description: 'what happened' },
    next: { type: 'string', description: 'what to do next' },
    figure: { type: 'number', description: 'when it was raised, in `unit`' },
    threshold: { type: 'number' },
    unit: { type: 'string', description: 's, d, %, waiting, mA, ms or turns' },
    since: { ...timestamp, description: 'since when the condition holds' },
    raisedAt: timestamp,
    clearedAt: nullableTimestamp,
    acknowledgedAt: nullableTimestamp,
    acknowledgedBy: { type: ['string', 'null'] },
    note: { type: ['string', 'null'] },
  },
} as const;

export const alarmFilters = {
  status: { enum: ['open', 'cleared'] },
  chargePointId: { type: 'string' },
  rule,
  acknowledged: { type: 'boolean' },
} as const;

export const acknowledgeBody = {
  type: ['object', 'null'],
  additionalProperties: false,
  properties: { note: { type: 'string', maxLength: 1000 } },
} as const;

export const alarmRuleSchema = {
  type: 'object',
  required: ['rule', 'enabled', 'threshold', 'unit'],
  properties: {
    rule,
    title: { type: 'string' },
    severity: { enum: ['fault', 'warning'] },
    measures: { type: 'string' },
    next: { type: 'string' },
    unit: { type: 'string' },
    breach: { enum: ['above', 'below'] },
    enabled: { type: 'boolean' },
    threshold: { type: ['number', 'null'], description: 'null: who reports it has a threshold of its own' },
    defaultThreshold: { type: ['number', 'null'] },
    minimum: { type: ['number', 'null'] },
    maximum: { type: ['number', 'null'] },
    clearAfterS: { type: 'number', description: 'all must be well for so long before the alarm ends' },
  },
} as const;

export const alarmRuleBody = {
  type: 'object',
  additionalProperties: false,
  properties: {
    enabled: { type: 'boolean', description: 'false ends its alarms' },
    threshold: { type: ['number', 'null'], description: 'null: the default again' },
  },
} as const;

const mailMembers = {
  smtpUrl: {
    type: ['string', 'null'],
    description: 'smtps://user:password@host or smtp://host:port; null: no mails. The password is never told',
  },
  from: { type: 'string' },
  recipients: { type: 'array', items: { type: 'string' }, maxItems: 50 },
} as const;

export const alarmMailBody = { type: 'object', additionalProperties: false, properties: mailMembers } as const;

export const alarmMailSchema = {
  type: 'object',
  required: ['smtpUrl', 'from', 'recipients', 'pending', 'dead'],
  properties: {
    ...mailMembers,
    pending: { type: 'integer', description: 'mails that wait for their next attempt' },
    dead: { type: 'integer', description: 'given up; a change of these settings tries them again' },
    lastSentAt: nullableTimestamp,
    lastError: { type: ['string', 'null'] },
  },
} as const;
