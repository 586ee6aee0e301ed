import { integer, requiredText } from '../payload.js';
import { updateFileJob } from '../records/file-jobs.js';
import type { Handler } from './handler.js';

/** LogStatusNotification.req (security white paper §5.13). */
export const logStatusNotification: Handler = async ({ core, stationId, receivedAtMs, payload }) => {
  const status = requiredText(payload, 'status');
  const requestId = integer(payload, 'requestId');
  await updateFileJob(core, { stationId, kind: 'log', requestId, status, atMs: receivedAtMs });
  return {};
};
