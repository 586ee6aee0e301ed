import { createHash, randomBytes } from 'node:crypto';
import type { CommandContext } from '../commands/definition.js';
import { ServiceError } from '../errors.js';

const DAY_MS = 86_400_000;
/** A charge point may collect a log for hours, or be offline in between. */
const UPLOAD_DAYS = 2;
/** Retries of a download go on for days (1.6 §5.19: retries and retryInterval). */
const DOWNLOAD_DAYS = 7;

export function hashOfToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

/**
 * A URL of ours for one upload. It ends with a slash, because OCPP's location is a directory: whether the charge point
 * appends its file name, resolves it, or sends to the URL as it is, we understand it.
 * @throws ServiceError charge_point_offline: how it reaches us is known from its connection
 */
export async function openUpload(context: CommandContext): Promise<string> {
  const token = await open(context, 'upload', null, context.nowMs + UPLOAD_DAYS * DAY_MS);
  return `${baseUrl(context)}/files/up/${token}/`;
}

/**
 * A URL of ours for one charge point's download of a firmware file.
 * @throws ServiceError firmware_not_found, charge_point_offline
 */
export async function openDownload(context: CommandContext, firmwareId: number, fromMs: number): Promise<string> {
  const file = await context.db
    .selectFrom('firmware_file')
    .select('name')
    .where('id', '=', firmwareId)
    .executeTakeFirst();
  if (file === undefined)
    throw new ServiceError(
      'firmware_not_found',
      `There is no firmware file ${firmwareId}.`,
      'Upload it with POST /firmware, then send the command again.',
    );
  const expiresAtMs = Math.max(fromMs, context.nowMs) + DOWNLOAD_DAYS * DAY_MS;
  const token = await open(context, 'download', firmwareId, expiresAtMs);
  return `${baseUrl(context)}/files/fw/${token}/${encodeURIComponent(file.name)}`;
}

async function open(
  { db, stationId, commandId, nowMs }: CommandContext,
  direction: 'upload' | 'download',
  firmwareId: number | null,
  expiresAtMs: number,
): Promise<string> {
  const token = randomBytes(18).toString('base64url');
  await db
    .insertInto('transfer')
    .values({
      token_hash: hashOfToken(token),
      direction,
      station_id: stationId,
      command_id: commandId,
      firmware_id: firmwareId,
      created_at_ms: nowMs,
      expires_at_ms: expiresAtMs,
      received_at_ms: null,
      file_name: null,
      size_bytes: null,
      sha256: null,
      fetches: 0,
    })
    .execute();
  return token;
}

/** As the setting `publicUrl` says, else as the charge point itself reached us. */
function baseUrl({ core, stationId }: CommandContext): string {
  const { publicUrl } = core.settings.get();
  if (publicUrl !== '') return publicUrl;
  const link = core.links.get(stationId);
  if (link === null)
    throw new ServiceError('charge_point_offline', `${stationId} is not connected.`, 'Send it again when it is.');
  return link.origin;
}
