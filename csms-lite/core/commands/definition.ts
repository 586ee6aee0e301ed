import type { OcppVersion } from '@tapwatt/ocpp';
import type { Kysely } from 'kysely';
import type { Database } from '../../store/schema.js';
import type { Core } from '../core.js';

export type Body = Readonly<Record<string, unknown>>;

/** What a command's functions are given. `db` is an open write transaction. */
export interface CommandContext {
  core: Core;
  db: Kysely<Database>;
  commandId: string;
  stationId: string;
  nowMs: number;
  /** What `prepare` gave; null in `answered` and `refused`. */
  prepared: unknown;
}

/** Resources that changed and are announced after the commit. */
export interface Changed {
  reservationId?: number;
  fileJobId?: number;
  station?: true;
}

/** One command: data where data will do, functions where the payload or its consequences need them. */
export interface CommandDefinition {
  /** In the route. */
  name: string;
  /** On the wire; null: the body says (`call`). */
  action: string | null;
  versions: readonly OcppVersion[];
  /** JSON Schema of the body. Members that are null count as absent. */
  body: object;
  /** What takes longer than a write transaction may (hashing), before it. */
  prepare?: (body: Body, core: Core) => Promise<unknown>;
  /**
   * The CALL's payload, and what must exist before the answer is sent. Default: the body as it is.
   * @throws ServiceError charging_profile_not_found, invalid_request
   */
  build?: (body: Body, context: CommandContext) => Promise<BuiltCall> | BuiltCall;
  /** What a CALLRESULT means for our records, also when it comes late. */
  answered?: (answer: Answer, context: CommandContext) => Promise<Changed>;
  /** The charge point certainly did not do it: CALLERROR, or the CALL never left. */
  refused?: (call: SentCall, context: CommandContext) => Promise<Changed>;
}

export interface BuiltCall {
  /** Only for `call`. */
  action?: string;
  payload: object;
  reservationId?: number;
  changed?: Changed;
}

export interface SentCall {
  request: Body;
  reservationId: number | null;
}

export interface Answer extends SentCall {
  response: Body;
}

/** A JSON Schema of an object that takes these members and no others. */
export function objectSchema(properties: Record<string, object>, required: readonly string[] = []): object {
  return { type: 'object', additionalProperties: false, properties, required };
}

export const STRING = { type: 'string' };

/** A text for which OCPP has words. Any other is sent too: refusing it is the charge point's part. */
export function wordSchema(...words: string[]): object {
  return { type: 'string', examples: words };
}

export const INTEGER = { type: 'integer' };
export const DATE_TIME = { type: 'string', format: 'date-time' };

/** The members of `body` that are there, under their names on the wire. Absent ones stay absent. */
export function members(body: Body, names: Readonly<Record<string, string>>): Record<string, unknown> {
  const payload: Record<string, unknown> = {};
  for (const [from, to] of Object.entries(names)) if (body[from] !== undefined) payload[to] = body[from];
  return payload;
}
