/**
 * The resources of the API as JSON Schemas: what the OpenAPI page shows, what request bodies are checked against and
 * what the contract tests check answers against. Absent optional members mean "not on the wire".
 */
const timestamp = { type: 'string', format: 'date-time' } as const;
const nullableTimestamp = { type: ['string', 'null'], format: 'date-time' } as const;

export const connectorSchema = {
  type: 'object',
  required: ['connectorId', 'status', 'errorCode'],
  properties: {
    connectorId: { type: 'integer', description: '0 is the charge point itself' },
    status: { type: ['string', 'null'], description: 'OCPP ChargePointStatus; null until it was reported' },
    errorCode: { type: ['string', 'null'], description: 'OCPP ChargePointErrorCode' },
    info: { type: 'string' },
    vendorId: { type: 'string' },
    vendorErrorCode: { type: 'string' },
    statusAt: timestamp,
    transactionId: { type: ['integer', 'null'], description: 'the session that runs on it: id of /transactions/{id}' },
  },
} as const;

const registrationStatus = { enum: ['Accepted', 'Pending', 'Rejected'] } as const;

export const chargePointSchema = {
  type: 'object',
  required: ['id', 'connected'],
  properties: {
    id: { type: 'string' },
    displayName: { type: 'string' },
    connected: { type: 'boolean' },
    ocppVersion: { type: ['string', 'null'], description: '1.6 | 2.0.1 | 2.1; null while never connected' },
    lastSeenAt: timestamp,
    siteId: { type: 'string' },
    generatedPassword: { type: 'string', description: 'made here because none was given; shown this once' },
    admission: { enum: ['accepted', 'blocked'] },
    securityProfile: { type: 'integer', description: '0 none, 1 Basic auth, 2 with TLS, 3 with client certificates' },
    hasPassword: { type: 'boolean' },
    verdict: { enum: ['strict', 'warn', 'fix'], description: 'what happens to frames that break the schema' },
    vendor: { type: 'string' },
    model: { type: 'string' },
    serialNumber: { type: 'string' },
    firmwareVersion: { type: 'string' },
    demo: { type: 'boolean', description: 'made up by csms-lite demo-data' },
    registeredAt: timestamp,
    registrationStatus: { ...registrationStatus, description: 'how its BootNotifications are to be answered' },
    registrationIntervalS: {
      type: 'integer',
      description: 'seconds between boots while it is Pending or Rejected; absent: the heartbeat interval',
    },
    bootStatus: { ...registrationStatus, description: 'how the last one was answered; absent before the first' },
    lastBootAt: timestamp,
    connectedAt: timestamp,
    remoteAddress: { type: 'string' },
    clockSkewMs: { type: 'integer', description: 'its clock minus ours' },
    localListVersion: { type: 'integer' },
    mainStatus: { ...connectorSchema, description: 'connector 0: the charge point itself' },
    connectors: { type: 'array', items: connectorSchema },
  },
} as const;

export const chargePointWriteSchema = {
  type: ['object', 'null'],
  properties: {
    displayName: { type: ['string', 'null'], maxLength: 100 },
    password: {
      type: ['string', 'null'],
      description: 'OCPP Basic-auth password (AuthorizationKey); write only; null takes it away',
    },
    siteId: { type: 'string' },
    securityProfile: {
      enum: [0, 1, 2, 3],
      description: '0 nobody asks, by explicit choice; 1 password; 2 password over TLS; 3 client certificate',
    },
    admission: { enum: ['accepted', 'blocked'] },
    verdict: {
      enum: ['strict', 'warn', 'fix'],
      description: 'frames that break the schema: refused, served and reported, or mended, served and reported',
    },
    registrationStatus: { ...registrationStatus, description: 'answer to its next BootNotification' },
    registrationIntervalS: {
      type: ['integer', 'null'],
      minimum: 1,
      maximum: 86_400,
      description: 'seconds, told with Pending and Rejected; null: the heartbeat interval',
    },
  },
} as const;

export const commandSchema = {
  type: 'object',
  required: ['id', 'status'],
  properties: {
    id: { type: 'string' },
    chargePointId: { type: 'string' },
    action: { type: 'string', description: 'the OCPP action on the wire' },
    request: { type: 'object', description: 'the CALL payload on the wire' },
    status: { enum: ['pending', 'completed', 'failed'] },
    response: { type: ['object', 'null'], description: 'the CALLRESULT payload' },
    error: {
      type: ['object', 'null'],
      description: '{code, description} of a CALLERROR or Timeout',
      properties: { code: { type: 'string' }, description: { type: 'string' } },
    },
    name: { type: 'string', description: 'as in the route' },
    createdAt: timestamp,
    sentAt: nullableTimestamp,
    completedAt: nullableTimestamp,
    lateAnswerAt: { ...nullableTimestamp, description: 'an answer came after the timeout' },
    transactionId: { type: ['integer', 'null'], description: 'remote-start: id of the session that it caused' },
    reservationId: { type: ['integer', 'null'] },
  },
} as const;

export const idTagStatusSchema = { enum: ['Accepted', 'Blocked', 'Expired', 'Invalid'] } as const;

export const idTagSchema = {
  type: 'object',
  required: ['idTag', 'status'],
  properties: {
    idTag: { type: 'string', maxLength: 36 },
    status: idTagStatusSchema,
    expiryDate: nullableTimestamp,
    parentIdTag: { type: ['string', 'null'] },
    type: { type: ['string', 'null'], description: '2.x idToken type this tag matches, e.g. ISO14443; null = any' },
    maxActiveTransactions: { type: ['integer', 'null'] },
    allowedStations: { type: ['array', 'null'], items: { type: 'string' }, description: 'null: everywhere' },
    note: { type: ['string', 'null'] },
    createdAt: timestamp,
  },
} as const;

export const idTagWriteSchema = {
  type: ['object', 'null'],
  properties: {
    idTag: { type: 'string', description: 'when given, the same as in the path' },
    maxActiveTransactions: { type: ['integer', 'null'], minimum: 0, description: 'null: any number' },
    allowedStations: {
      type: ['array', 'null'],
      items: { type: 'string' },
      description: 'charge points where it may charge; null: everywhere',
    },
    note: { type: ['string', 'null'] },
    status: { ...idTagStatusSchema, description: 'Accepted when absent' },
    expiryDate: { ...nullableTimestamp, description: 'may lie in the past' },
    parentIdTag: { type: ['string', 'null'] },
    type: { type: ['string', 'null'] },
  },
} as const;

export const transactionSchema = {
  type: 'object',
  required: ['id', 'transactionId', 'chargePointId', 'idTag', 'status'],
  properties: {
    id: { type: ['integer', 'string'], description: 'CSMS resource id' },
    transactionId: { type: ['integer', 'string'], description: 'OCPP id' },
    chargePointId: { type: 'string' },
    connectorId: { type: 'integer' },
    idTag: { type: 'string' },
    status: { enum: ['active', 'completed'] },
    startedAt: timestamp,
    stoppedAt: nullableTimestamp,
    stopReason: { type: ['string', 'null'], description: 'OCPP spelling; Local when the charge point gave none' },
    meterStart: { type: 'integer', description: 'Wh' },
    meterStop: { type: 'integer', description: 'Wh; absent while active' },
    energyWh: { type: 'integer', description: 'so far, or of the whole session; never negative' },
    authorization: { type: 'string', description: 'what the StartTransaction was answered with' },
    stopIdTag: { type: 'string' },
    startReceivedAt: timestamp,
    stopReceivedAt: timestamp,
    reservationId: { type: 'integer' },
    commandId: { type: 'string', description: 'the remote-start that caused it' },
    closedBy: { enum: ['administrator', 'next-start', 'after-boot'] },
    qualityFlags: { type: 'array', items: { type: 'string' } },
    demo: { type: 'boolean', description: 'made up by csms-lite demo-data' },
    revision: { type: 'integer' },
    live: {
      type: ['object', 'null'],
      description: 'last momentary values; null when never reported',
      properties: {
        at: timestamp,
        energyWh: { type: ['integer', 'null'] },
        powerW: { type: ['integer', 'null'] },
        currentMa: { type: ['integer', 'null'] },
        voltageMv: { type: ['integer', 'null'] },
        socPercent: { type: ['number', 'null'] },
        temperatureMilliC: { type: ['integer', 'null'] },
      },
    },
  },
} as const;

export const closeTransactionSchema = {
  type: ['object', 'null'],
  properties: { reason: { type: 'string', description: 'OCPP Reason; Other when absent' } },
} as const;

export const reservationSchema = {
  type: 'object',
  required: ['id', 'chargePointId', 'status'],
  properties: {
    id: { type: 'integer', description: 'IS the reservationId on the wire' },
    chargePointId: { type: 'string' },
    connectorId: { type: 'integer' },
    idTag: { type: 'string' },
    parentIdTag: { type: 'string' },
    expiryDate: { type: 'string' },
    status: {
      enum: ['Pending', 'Accepted', 'Rejected', 'Occupied', 'Faulted', 'Unavailable', 'Cancelled', 'Used', 'Expired'],
    },
  },
} as const;

const profileMembers = {
  id: { type: 'integer', description: 'IS the chargingProfileId on the wire' },
  name: { type: 'string', minLength: 1, maxLength: 100 },
  stackLevel: { type: 'integer', minimum: 0 },
  chargingProfilePurpose: {
    type: 'string',
    minLength: 1,
    examples: ['ChargePointMaxProfile', 'TxDefaultProfile', 'TxProfile'],
  },
  chargingProfileKind: { type: 'string', minLength: 1, examples: ['Absolute', 'Recurring', 'Relative'] },
  recurrencyKind: { type: 'string', minLength: 1, examples: ['Daily', 'Weekly'] },
  validFrom: timestamp,
  validTo: timestamp,
  chargingSchedule: { type: 'object', description: 'OCPP ChargingSchedule' },
} as const;

export const chargingProfileSchema = {
  type: 'object',
  required: ['name', 'chargingProfilePurpose'],
  properties: profileMembers,
} as const;

export const siteSchema = {
  type: 'object',
  required: ['id', 'name', 'limitMa', 'chargePointIds'],
  properties: {
    id: { type: 'string' },
    name: { type: 'string' },
    limitMa: { type: ['integer', 'null'], description: 'mA per phase for all its charge points; null: no limit' },
    chargePointIds: { type: 'array', items: { type: 'string' } },
    allocations: {
      type: 'array',
      items: { type: 'object', description: '{chargePointId, connectorId, transactionId, limitMa, applied}' },
    },
  },
} as const;

export const siteWriteSchema = {
  type: ['object', 'null'],
  properties: {
    name: { type: 'string', minLength: 1, maxLength: 100 },
    limitMa: { type: ['integer', 'null'], minimum: 0 },
  },
} as const;

export const problemSchema = {
  type: 'object',
  required: ['status', 'code'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    code: { type: 'string', description: 'stable' },
    detail: { type: 'string' },
    hint: { type: 'string', description: 'what to do next' },
    errors: {
      type: 'array',
      items: { type: 'object', properties: { path: { type: 'string' }, message: { type: 'string' } } },
    },
  },
} as const;

/** `{items, total}`, newest first; `total` counts every match, not the page. */
export function listOf(items: object): object {
  return {
    type: 'object',
    required: ['items', 'total'],
    properties: { items: { type: 'array', items }, total: { type: 'integer' } },
  };
}

/** The schemas under their names in the OpenAPI document. */
export const RESOURCE_SCHEMAS = {
  ChargePoint: chargePointSchema,
  Command: commandSchema,
  IdTag: idTagSchema,
  Transaction: transactionSchema,
  Reservation: reservationSchema,
  ChargingProfile: chargingProfileSchema,
  Problem: problemSchema,
} as const;
