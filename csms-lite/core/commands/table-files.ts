import { ServiceError } from '../errors.js';
import { openDownload, openUpload } from '../files/urls.js';
import type { FileJob } from '../model.js';
import {
  type Body,
  type BuiltCall,
  type Changed,
  type CommandContext,
  type CommandDefinition,
  DATE_TIME,
  INTEGER,
  members,
  objectSchema,
  STRING,
  wordSchema,
} from './definition.js';

const V16 = ['1.6'] as const;
const RETRIES = { retries: INTEGER, retryInterval: INTEGER };
const UPLOAD_LOCATION = { type: 'string', description: 'absent: this server, by a URL for this one upload' };
const FIRMWARE_ID = {
  type: 'integer',
  description: 'instead of a location: a file of GET /firmware, from this server',
};
const FIRMWARE = objectSchema(
  {
    location: STRING,
    retrieveDateTime: DATE_TIME,
    installDateTime: DATE_TIME,
    signingCertificate: STRING,
    signature: STRING,
  },
  ['retrieveDateTime', 'signingCertificate', 'signature'],
);
const LOG = objectSchema({
  remoteLocation: UPLOAD_LOCATION,
  oldestTimestamp: DATE_TIME,
  latestTimestamp: DATE_TIME,
});
const CERTIFICATE_HASH = objectSchema(
  {
    hashAlgorithm: wordSchema('SHA256', 'SHA384', 'SHA512'),
    issuerNameHash: STRING,
    issuerKeyHash: STRING,
    serialNumber: STRING,
  },
  ['hashAlgorithm', 'issuerNameHash', 'issuerKeyHash', 'serialNumber'],
);
const CERTIFICATE_TYPE = { enum: ['CentralSystemRootCertificate', 'ManufacturerRootCertificate'] };

/** Firmware, diagnostics (1.6 §5.19, §5.9) and the security white paper's messages (§5). */
export const FILE_COMMANDS: readonly CommandDefinition[] = [
  {
    name: 'update-firmware',
    action: 'UpdateFirmware',
    versions: V16,
    body: objectSchema({ location: STRING, firmwareId: FIRMWARE_ID, retrieveDate: DATE_TIME, ...RETRIES }, [
      'retrieveDate',
    ]),
    build: async ({ firmwareId, ...body }, context) => {
      const location = await firmwareLocation(body.location, firmwareId, body.retrieveDate, context);
      return await openJob('firmware', location, { ...body, location }, null, context);
    },
    refused: (_call, context) => failJob('InstallationFailed', context),
  },
  {
    name: 'get-diagnostics',
    action: 'GetDiagnostics',
    versions: V16,
    body: objectSchema({ location: UPLOAD_LOCATION, startTime: DATE_TIME, stopTime: DATE_TIME, ...RETRIES }),
    build: async (body, context) => {
      const location = body.location === undefined ? await openUpload(context) : String(body.location);
      return await openJob('diagnostics', location, { ...body, location }, null, context);
    },
    answered: ({ response }, context) => nameFile(response.fileName, context),
    refused: (_call, context) => failJob('UploadFailed', context),
  },
  {
    name: 'signed-update-firmware',
    action: 'SignedUpdateFirmware',
    versions: V16,
    body: objectSchema({ requestId: INTEGER, firmwareId: FIRMWARE_ID, firmware: FIRMWARE, ...RETRIES }, ['firmware']),
    build: async ({ firmwareId, ...body }, context) => {
      const requestId = await requestIdOf(body, context);
      const given = body.firmware as Body;
      const location = await firmwareLocation(given.location, firmwareId, given.retrieveDateTime, context);
      const firmware = { ...given, location };
      return await openJob('signed-firmware', location, { ...body, firmware, requestId }, requestId, context);
    },
    refused: (_call, context) => failJob('InstallationFailed', context),
  },
  {
    name: 'get-log',
    action: 'GetLog',
    versions: V16,
    body: objectSchema(
      { logType: wordSchema('DiagnosticsLog', 'SecurityLog'), requestId: INTEGER, log: LOG, ...RETRIES },
      ['logType'],
    ),
    build: async (body, context) => {
      const requestId = await requestIdOf(body, context);
      const given = (body.log ?? {}) as Body;
      const location = given.remoteLocation === undefined ? await openUpload(context) : String(given.remoteLocation);
      const log = { ...given, remoteLocation: location };
      return await openJob('log', location, { ...body, log, requestId }, requestId, context);
    },
    answered: ({ response }, context) => nameFile(response.filename, context),
    refused: (_call, context) => failJob('UploadFailure', context),
  },
  {
    name: 'extended-trigger-message',
    action: 'ExtendedTriggerMessage',
    versions: V16,
    body: objectSchema(
      {
        requestedMessage: wordSchema(
          'BootNotification',
          'FirmwareStatusNotification',
          'Heartbeat',
          'LogStatusNotification',
          'MeterValues',
          'SignChargePointCertificate',
          'StatusNotification',
        ),
        connectorId: INTEGER,
      },
      ['requestedMessage'],
    ),
  },
  {
    name: 'install-certificate',
    action: 'InstallCertificate',
    versions: V16,
    body: objectSchema({ certificateType: CERTIFICATE_TYPE, certificate: STRING }, ['certificateType', 'certificate']),
  },
  {
    name: 'delete-certificate',
    action: 'DeleteCertificate',
    versions: V16,
    body: objectSchema({ certificateHashData: CERTIFICATE_HASH }, ['certificateHashData']),
  },
  {
    name: 'get-installed-certificate-ids',
    action: 'GetInstalledCertificateIds',
    versions: V16,
    body: objectSchema({ certificateType: CERTIFICATE_TYPE }, ['certificateType']),
  },
  {
    name: 'certificate-signed',
    action: 'CertificateSigned',
    versions: V16,
    body: objectSchema({ certificateChain: STRING }, ['certificateChain']),
  },
];

/**
 * Where the charge point fetches the firmware.
 * @throws ServiceError invalid_request unless exactly one of both is there; firmware_not_found
 */
async function firmwareLocation(
  location: unknown,
  firmwareId: unknown,
  fromDate: unknown,
  context: CommandContext,
): Promise<string> {
  if ((location === undefined) === (firmwareId === undefined))
    throw new ServiceError(
      'invalid_request',
      'A firmware update needs a location or a firmwareId, and not both.',
      'Give the URL of the file, or upload it with POST /firmware and give its id.',
    );
  if (location !== undefined) return String(location);
  return await openDownload(context, Number(firmwareId), Date.parse(String(fromDate)));
}

/** Notes what was ordered; the status notifications are written into it. */
async function openJob(
  kind: FileJob['kind'],
  location: string,
  body: Body,
  requestId: number | null,
  { db, stationId, commandId, nowMs }: CommandContext,
): Promise<BuiltCall> {
  const job = await db
    .insertInto('file_job')
    .values({
      station_id: stationId,
      kind,
      request_id: requestId,
      command_id: commandId,
      location,
      file_name: null,
      status: 'Requested',
      created_at_ms: nowMs,
      updated_at_ms: nowMs,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return {
    payload: members(body, Object.fromEntries(Object.keys(body).map((name) => [name, name]))),
    changed: { fileJobId: job.id },
  };
}

/** requestIds tell jobs of one charge point apart (white paper §5.9); given, or the next free one. */
async function requestIdOf(body: Body, { db, stationId }: CommandContext): Promise<number> {
  if (body.requestId !== undefined) return Number(body.requestId);
  const highest = await db
    .selectFrom('file_job')
    .select('request_id')
    .where('station_id', '=', stationId)
    .where('request_id', 'is not', null)
    .orderBy('request_id', 'desc')
    .executeTakeFirst();
  return (highest?.request_id ?? 0) + 1;
}

async function nameFile(fileName: unknown, { db, commandId, nowMs }: CommandContext): Promise<Changed> {
  if (typeof fileName !== 'string' || fileName === '') return {};
  const job = await db
    .updateTable('file_job')
    .set({ file_name: fileName, updated_at_ms: nowMs })
    .where('command_id', '=', commandId)
    .returning('id')
    .executeTakeFirst();
  return job === undefined ? {} : { fileJobId: job.id };
}

async function failJob(status: string, { db, commandId, nowMs }: CommandContext): Promise<Changed> {
  const job = await db
    .updateTable('file_job')
    .set({ status, updated_at_ms: nowMs })
    .where('command_id', '=', commandId)
    .where('status', '=', 'Requested')
    .returning('id')
    .executeTakeFirst();
  return job === undefined ? {} : { fileJobId: job.id };
}
