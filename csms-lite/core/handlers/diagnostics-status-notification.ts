import { requiredText } from '../payload.js';
import { updateFileJob } from '../records/file-jobs.js';
import type { Handler } from './handler.js';

/** DiagnosticsStatusNotification.req (1.6 §4.4). */
export const diagnosticsStatusNotification: Handler = async ({ core, stationId, receivedAtMs, payload }) => {
  const status = requiredText(payload, 'status');
  await updateFileJob(core, { stationId, kind: 'diagnostics', requestId: null, status, atMs: receivedAtMs });
  return {};
};
