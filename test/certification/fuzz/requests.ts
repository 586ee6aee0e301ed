import type { Random } from '../../support/random.js';
import type { Json } from '../../support/scripted-peer.js';

/**
 * Requests of a central system with every field that they can have, in bounds and just out of them. They are written
 * from the specification's tables, not from the schemas that the charge point checks with.
 */

const TAGS = ['A1B2C3D4', '', 'x', 'T'.repeat(20), 'T'.repeat(21), 'Ünïcödé', '<>"\'&', ' '];
const TIMES = [
  '2030-01-01T00:00:00Z',
  '1970-01-01T00:00:00.000Z',
  '9999-12-31T23:59:59Z',
  '2026-02-30T25:61:61Z',
  '2026-11-21T12:00:00+14:00',
  'now',
  '',
];
const INTEGERS = [0, 1, 2, 3, -1, 64, 65, 255, 256, 65_535, 2_147_483_647, -2_147_483_648, 4_294_967_296, 1.5, 1e308];
/** Nobody listens there. */
const LOCATIONS = [
  'http://127.0.0.1:1/x',
  'https://127.0.0.1:1/x',
  'ftp://127.0.0.1:1/x',
  'gopher://x',
  '',
  'file:///etc/passwd',
];
const PURPOSES = ['ChargePointMaxProfile', 'TxDefaultProfile', 'TxProfile', 'NoPurpose'];
const PEM = ['', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----', 'no PEM', 'A'.repeat(5500)];
const KEYS = [
  ...['MeterValueSampleInterval', 'HeartbeatInterval', 'ConnectionTimeOut', 'LocalPreAuthorize', 'StopTxnSampledData'],
  ...[
    'MeterValuesSampledData',
    'NumberOfConnectors',
    'AuthorizationCacheEnabled',
    'MinimumStatusDuration',
    'NoSuchKey',
  ],
  ...['TransactionMessageAttempts', 'ConnectorPhaseRotation', 'WebSocketPingInterval', 'CpoName', '', 'K'.repeat(51)],
];
const VALUES = [
  'true',
  'false',
  '0',
  '1',
  '30',
  '-1',
  '999999999999',
  '',
  'Voltage',
  'Voltage.L1,Magic',
  'V'.repeat(501),
];

const integer = (random: Random): number => random.pick(INTEGERS);
const connector = (random: Random): number => random.pick([0, 1, 2, 3, -1, 2_147_483_647]);
const maybe = (random: Random, value: Json): Json => (random.next() < 0.5 ? value : {});

function schedule(random: Random): Json {
  const length = random.pick([0, 1, 2, 24, 25, 200]);
  return {
    ...maybe(random, { duration: integer(random) }),
    ...maybe(random, { startSchedule: random.pick(TIMES) }),
    chargingRateUnit: random.pick(['A', 'W', 'V']),
    chargingSchedulePeriod: Array.from({ length }, (_, n) => ({
      startPeriod: random.next() < 0.9 ? n * 60 : integer(random),
      limit: random.pick([0, 5.9, 6, 16, 32.1, 1e9, -1, 0.05]),
      ...maybe(random, { numberPhases: random.pick([1, 2, 3, 4, 0]) }),
    })),
    ...maybe(random, { minChargingRate: random.pick([0, 6, 0.1, 99]) }),
  };
}

function chargingProfile(random: Random): Json {
  return {
    chargingProfileId: integer(random),
    ...maybe(random, { transactionId: integer(random) }),
    stackLevel: integer(random),
    chargingProfilePurpose: random.pick(PURPOSES),
    chargingProfileKind: random.pick(['Absolute', 'Recurring', 'Relative', 'NoKind']),
    ...maybe(random, { recurrencyKind: random.pick(['Daily', 'Weekly', 'Yearly']) }),
    ...maybe(random, { validFrom: random.pick(TIMES) }),
    ...maybe(random, { validTo: random.pick(TIMES) }),
    chargingSchedule: schedule(random),
  };
}

function localList(random: Random): Json[] {
  return Array.from({ length: random.pick([0, 1, 5, 1001]) }, () => ({
    idTag: random.pick(TAGS),
    ...maybe(random, {
      idTagInfo: {
        status: random.pick(['Accepted', 'Blocked', 'Expired', 'Invalid', 'ConcurrentTx', 'Strange']),
        ...maybe(random, { expiryDate: random.pick(TIMES), parentIdTag: random.pick(TAGS) }),
      },
    }),
  }));
}

const period = (random: Random): Json => ({
  ...maybe(random, { startTime: random.pick(TIMES) }),
  ...maybe(random, { stopTime: random.pick(TIMES) }),
});
const repetition = (random: Random): Json =>
  maybe(random, { retries: random.pick([0, 1, -1]), retryInterval: random.pick([0, 1]) });

export const REQUESTS: Readonly<Record<string, (random: Random) => Json>> = {
  CancelReservation: (random) => ({ reservationId: integer(random) }),
  ChangeAvailability: (random) => ({
    connectorId: connector(random),
    type: random.pick(['Operative', 'Inoperative', 'Sometimes']),
  }),
  ChangeConfiguration: (random) => ({ key: random.pick(KEYS), value: random.pick(VALUES) }),
  ClearCache: () => ({}),
  ClearChargingProfile: (random) => ({
    ...maybe(random, { id: integer(random) }),
    ...maybe(random, { connectorId: connector(random) }),
    ...maybe(random, { chargingProfilePurpose: random.pick(PURPOSES) }),
    ...maybe(random, { stackLevel: integer(random) }),
  }),
  DataTransfer: (random) => ({
    vendorId: random.pick(['VENID', '', 'V'.repeat(255), 'V'.repeat(256)]),
    ...maybe(random, { messageId: random.pick(['m', 'M'.repeat(51)]) }),
    ...maybe(random, { data: random.pick(['', '{"a":1}', 'D'.repeat(20_000)]) }),
  }),
  GetCompositeSchedule: (random) => ({
    connectorId: connector(random),
    duration: random.pick([0, 1, 60, 86_400, 31_536_000, 2_147_483_647, -1]),
    ...maybe(random, { chargingRateUnit: random.pick(['A', 'W', 'J']) }),
  }),
  GetConfiguration: (random) =>
    maybe(random, { key: Array.from({ length: random.pick([0, 1, 5, 101]) }, () => random.pick(KEYS)) }),
  GetDiagnostics: (random) => ({ location: random.pick(LOCATIONS), ...repetition(random), ...period(random) }),
  GetLocalListVersion: () => ({}),
  RemoteStartTransaction: (random) => ({
    idTag: random.pick(TAGS),
    ...maybe(random, { connectorId: connector(random) }),
    ...maybe(random, { chargingProfile: chargingProfile(random) }),
  }),
  RemoteStopTransaction: (random) => ({ transactionId: integer(random) }),
  ReserveNow: (random) => ({
    connectorId: connector(random),
    expiryDate: random.pick(TIMES),
    idTag: random.pick(TAGS),
    ...maybe(random, { parentIdTag: random.pick(TAGS) }),
    reservationId: integer(random),
  }),
  Reset: (random) => ({ type: random.pick(['Warm', '', 'hard', 'SOFT']) }),
  SendLocalList: (random) => ({
    listVersion: integer(random),
    ...maybe(random, { localAuthorizationList: localList(random) }),
    updateType: random.pick(['Full', 'Differential', 'Partial']),
  }),
  SetChargingProfile: (random) => ({ connectorId: connector(random), csChargingProfiles: chargingProfile(random) }),
  TriggerMessage: (random) => ({
    requestedMessage: random.pick([
      ...['BootNotification', 'Heartbeat', 'MeterValues', 'StatusNotification', 'NoMessage'],
      ...['DiagnosticsStatusNotification', 'FirmwareStatusNotification'],
    ]),
    ...maybe(random, { connectorId: connector(random) }),
  }),
  UnlockConnector: (random) => ({ connectorId: random.pick([0, 2, 3, -1, 2_147_483_647]) }),
  UpdateFirmware: (random) => ({
    location: random.pick(LOCATIONS),
    retrieveDate: random.pick(TIMES),
    ...repetition(random),
  }),
  // Security white paper
  CertificateSigned: (random) => ({ certificateChain: random.pick(PEM) }),
  DeleteCertificate: (random) => ({
    certificateHashData: {
      hashAlgorithm: random.pick(['SHA256', 'SHA384', 'SHA512', 'MD5']),
      issuerNameHash: 'A'.repeat(64),
      issuerKeyHash: 'b'.repeat(random.pick([64, 128, 129])),
      serialNumber: random.pick(['', '01', 'F'.repeat(41)]),
    },
  }),
  ExtendedTriggerMessage: (random) => ({
    requestedMessage: random.pick(['BootNotification', 'LogStatusNotification', 'Heartbeat', 'MeterValues', 'Nothing']),
    ...maybe(random, { connectorId: connector(random) }),
  }),
  GetInstalledCertificateIds: (random) => ({
    certificateType: random.pick(['CentralSystemRootCertificate', 'ManufacturerRootCertificate', 'MyRoot']),
  }),
  GetLog: (random) => ({
    logType: random.pick(['DiagnosticsLog', 'SecurityLog', 'CatLog']),
    requestId: integer(random),
    ...repetition(random),
    log: { remoteLocation: random.pick(LOCATIONS), ...maybe(random, { oldestTimestamp: random.pick(TIMES) }) },
  }),
  InstallCertificate: (random) => ({
    certificateType: random.pick(['CentralSystemRootCertificate', 'ManufacturerRootCertificate', 'MyRoot']),
    certificate: random.pick(PEM),
  }),
  SignedUpdateFirmware: (random) => ({
    requestId: integer(random),
    ...repetition(random),
    firmware: {
      location: random.pick(LOCATIONS),
      retrieveDateTime: random.pick(TIMES),
      signingCertificate: random.pick(PEM),
      signature: random.pick(['', 'AAAA', 'S'.repeat(800), 'S'.repeat(801)]),
    },
  }),
  // No request of a central system
  Heartbeat: () => ({}),
  StartTransaction: (random) => ({
    connectorId: 1,
    idTag: random.pick(TAGS),
    meterStart: 0,
    timestamp: random.pick(TIMES),
  }),
  NoSuchAction: () => ({ a: 1 }),
};
