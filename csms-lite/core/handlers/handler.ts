import type { Core, StationLink } from '../core.js';
import type { Payload } from '../payload.js';

/** An inbound CALL of one charge point. CALLs of one charge point are handled one after the other. */
export interface Inbound {
  core: Core;
  stationId: string;
  link: StationLink;
  messageId: string;
  receivedAtMs: number;
  payload: Payload;
}

/**
 * Serves one action. What it gives is the CALLRESULT, sent after everything it wrote is on disk; a thrown
 * `CallError` is the CALLERROR; anything else becomes InternalError, and the charge point may send the message again.
 */
export type Handler = (call: Inbound) => object | Promise<object>;
