import { integer, requiredText } from '../payload.js';
import { updateFileJob } from '../records/file-jobs.js';
import type { Handler } from './handler.js';

/** SignedFirmwareStatusNotification.req (security white paper §5.17). */
export const signedFirmwareStatusNotification: Handler = async ({ core, stationId, receivedAtMs, payload }) => {
  const status = requiredText(payload, 'status');
  const requestId = integer(payload, 'requestId');
  await updateFileJob(core, { stationId, kind: 'signed-firmware', requestId, status, atMs: receivedAtMs });
  return {};
};
