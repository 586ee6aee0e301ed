import {
  CallErrorReceived,
  CallQueueFull,
  CallTimeout,
  ConnectionLost,
  InvalidAnswer,
  InvalidPayload,
} from '@tapwatt/ocpp';
import type { CommandError } from '../model.js';

/** How a CALL ended. */
export type Outcome =
  | { kind: 'answered'; response: object; error: CommandError | null }
  /** `certain`: the charge point did not carry it out. Otherwise nobody knows. */
  | { kind: 'failed'; certain: boolean; error: CommandError };

/** What a rejected `Connection.call` means for the command. */
export function outcomeOfError(error: unknown): Outcome {
  if (error instanceof CallErrorReceived) {
    const details = typeof error.details === 'object' && error.details !== null ? { details: error.details } : {};
    return {
      kind: 'failed',
      certain: true,
      error: { code: error.errorCode, description: error.description, ...details },
    };
  }
  if (error instanceof CallTimeout)
    return failed(
      false,
      'Timeout',
      `No answer within ${Math.round(error.timeoutMs / 1000)} s; a late one will be noted.`,
    );
  if (error instanceof ConnectionLost) return failed(!error.wasSent, 'ConnectionLost', error.message);
  // It did answer, against the schema: its answer stands, with a remark.
  if (error instanceof InvalidAnswer && typeof error.payload === 'object' && error.payload !== null)
    return { kind: 'answered', response: error.payload, error: { code: 'InvalidAnswer', description: error.message } };
  if (error instanceof InvalidAnswer) return failed(false, 'InvalidAnswer', error.message);
  if (error instanceof InvalidPayload || error instanceof CallQueueFull) return failed(true, error.code, error.message);
  return failed(false, 'InternalError', error instanceof Error ? error.message : String(error));
}

/** The charge point was gone when the command's turn came. */
export const GONE: Outcome = failed(
  true,
  'ChargePointOffline',
  'The charge point disconnected before the command was sent.',
);

function failed(certain: boolean, code: string, description: string): Outcome {
  return { kind: 'failed', certain, error: { code, description } };
}
