import { requiredText } from '../payload.js';
import { updateFileJob } from '../records/file-jobs.js';
import type { Handler } from './handler.js';

/** FirmwareStatusNotification.req (1.6 §4.5). */
export const firmwareStatusNotification: Handler = async ({ core, stationId, receivedAtMs, payload }) => {
  const status = requiredText(payload, 'status');
  await updateFileJob(core, { stationId, kind: 'firmware', requestId: null, status, atMs: receivedAtMs });
  return {};
};
