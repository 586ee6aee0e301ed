import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { ServiceError, type ServiceErrorCode } from '../core/errors.js';

/** The body of every error answer: RFC 9457 with a stable `code` and a `hint` that says what to do next. */
export interface ProblemBody {
  type: string;
  title: string;
  status: number;
  code: string;
  detail: string;
  hint?: string;
  /** Where a request did not fit its schema: JSON pointer and what was expected there. */
  errors?: { path: string; message: string }[];
}

/** Every code that this API answers, with its HTTP status, title and default hint. Codes are never renamed. */
export const PROBLEMS = {
  malformed_request: [400, 'Malformed request', 'Send JSON with the header content-type: application/json.'],
  unauthorized: [401, 'Token needed', 'Send the header Authorization: Bearer <token>.'],
  forbidden: [403, 'Not allowed for this role', 'Use a token or a login with a higher role: read, operate, admin.'],
  csrf_token_missing: [
    403,
    'Refused: the request does not prove that it comes from our pages',
    'Send the cookie csms_lite_csrf as the header x-csrf-token too, or use a token.',
  ],
  cross_origin_refused: [403, 'Refused: the request comes from another site', 'Call the API from the same origin.'],
  untrusted_host: [403, 'Refused: unknown host name', 'Open it by 127.0.0.1 or localhost, or start with --token.'],
  alarm_not_found: [404, 'Alarm not found', 'GET /api/v1/alarms lists them, newest first.'],
  alarm_rule_not_found: [404, 'Rule not found', 'GET /api/v1/alarm-rules lists them.'],
  not_found: [404, 'No such page', 'The routes are listed at /api/docs.'],
  charge_point_not_found: [404, 'Charge point not found', 'GET /api/v1/charge-points lists those that are known.'],
  command_not_found: [404, 'Command not found', 'The commands and their bodies are listed at /api/docs.'],
  charging_profile_not_found: [
    404,
    'Charging profile not found',
    'Store it first: PUT /api/v1/charging-profiles/{id}.',
  ],
  id_tag_not_found: [404, 'idTag not found', 'Create it: PUT /api/v1/id-tags/{idTag}.'],
  transaction_not_found: [404, 'Transaction not found', 'GET /api/v1/transactions lists them, newest first.'],
  knock_not_found: [404, 'Knock not found', 'GET /api/v1/knocks lists the connections that were refused.'],
  reservation_not_found: [404, 'Reservation not found', 'GET /api/v1/reservations lists them, newest first.'],
  firmware_not_found: [404, 'Firmware file not found', 'Upload it: POST /api/v1/firmware?name=…'],
  transfer_not_found: [404, 'Nothing at this URL', 'Send the command again for a new URL.'],
  upload_not_found: [404, 'Upload not found', 'GET /api/v1/uploads lists them.'],
  site_not_found: [404, 'Site not found', 'Make it: PUT /api/v1/sites/{id}.'],
  tariff_not_found: [404, 'Tariff not found', 'GET /api/v1/tariffs lists them.'],
  token_not_found: [404, 'Token not found', 'GET /api/v1/tokens lists them.'],
  user_not_found: [404, 'User not found', 'GET /api/v1/users lists them.'],
  webhook_not_found: [404, 'Webhook not found', 'GET /api/v1/webhooks lists them.'],
  method_not_allowed: [405, 'Method not allowed', 'The methods of each route are listed at /api/docs.'],
  charge_point_offline: [
    409,
    'Charge point is offline',
    'Wait until it is connected; GET /api/v1/charge-points shows it.',
  ],
  charge_point_not_accepted: [
    409,
    'Its boot was not accepted',
    'Set its registrationStatus to Accepted; it counts from its next boot on.',
  ],
  already_exists: [409, 'It exists already', 'Choose another name, or change the one that is there.'],
  insufficient_balance: [409, 'The wallet cannot bear this', 'Top it up, or lower its floor.'],
  last_admin: [409, 'The last administrator', 'Make another administrator first.'],
  transfer_used: [409, 'URL already used', 'Send the command again for a new URL.'],
  site_not_empty: [409, 'Site still in use', 'Move its charge points to another site first.'],
  transaction_not_active: [409, 'Transaction is not active', 'It has ended already; nothing needs closing.'],
  request_too_large: [413, 'Request too large', 'Send at most 1 MiB.'],
  upload_too_large: [413, 'File too large', 'Ask for a shorter period, or delete old files.'],
  unsupported_media_type: [415, 'Unsupported media type', 'Send JSON with the header content-type: application/json.'],
  invalid_request: [422, 'Invalid request', 'Compare the request with /api/docs.'],
  operation_not_supported: [
    422,
    'Not in this charge point’s OCPP version',
    'GET /api/v1/charge-points/{id} shows its ocppVersion.',
  ],
  too_many_requests: [429, 'Too many attempts', 'Wait as long as the header Retry-After says.'],
  mail_not_set_up: [409, 'There is no mail server to send by', 'Set it up: PATCH /api/v1/alarm-mail.'],
  mail_failed: [502, 'The mail server did not take it', 'Check its address, user and password: /api/v1/alarm-mail.'],
  backup_failed: [500, 'The backup failed', 'Is the disk full? The server’s log has the cause.'],
  internal_error: [500, 'Internal error', 'The server’s log has the cause. Please report it.'],
  shutting_down: [503, 'The server is stopping', 'Try again in a few seconds.'],
} as const satisfies Record<string, readonly [number, string, string]>;

export type ProblemCode = keyof typeof PROBLEMS;

/** Fails to compile when a service can refuse with a code that has no entry above. */
const everyServiceCodeIsKnown: ServiceErrorCode extends ProblemCode ? true : never = true;
void everyServiceCodeIsKnown;

export interface ProblemExtra {
  hint?: string;
  errors?: { path: string; message: string }[];
}

/** Thrown by handlers; becomes an application/problem+json answer. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly code: ProblemCode;
  readonly status: number;
  readonly extra: ProblemExtra;

  constructor(code: ProblemCode, detail: string, extra: ProblemExtra = {}) {
    super(detail);
    this.code = code;
    this.status = PROBLEMS[code][0];
    this.extra = extra;
  }
}

export function problemBody(code: ProblemCode, detail: string, extra: ProblemExtra = {}): ProblemBody {
  const [status, title, hint] = PROBLEMS[code];
  return {
    type: `/api/docs#problem-${code}`,
    title,
    status,
    code,
    detail,
    hint: extra.hint ?? hint,
    ...(extra.errors === undefined ? {} : { errors: extra.errors }),
  };
}

export function sendProblem(reply: FastifyReply, code: ProblemCode, detail: string, extra: ProblemExtra = {}): void {
  const body = problemBody(code, detail, extra);
  if (code === 'unauthorized') void reply.header('www-authenticate', 'Bearer realm="csms-lite"');
  void reply.code(body.status).type('application/problem+json; charset=utf-8').send(JSON.stringify(body));
}

/** Fastify's own errors (bad JSON, too large, schema) in the terms of this API. */
function codeOf(error: FastifyError): ProblemCode {
  switch (error.code) {
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return 'unsupported_media_type';
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return 'request_too_large';
    case 'FST_ERR_VALIDATION':
      return 'invalid_request';
    default:
      break;
  }
  if (error.validation !== undefined) return 'invalid_request';
  const status = error.statusCode ?? 500;
  return status >= 400 && status < 500 ? 'malformed_request' : 'internal_error';
}

/** The one error handler: what was thrown on purpose is answered, what was not is logged and hidden. */
export function handleError(
  error: FastifyError | Problem | ServiceError,
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  if (error instanceof ServiceError) {
    sendProblem(reply, error.code, error.message, { hint: error.hint });
    return;
  }
  if (error instanceof Problem) {
    sendProblem(reply, error.code, error.message, error.extra);
    return;
  }
  const code = codeOf(error);
  if (code === 'internal_error') {
    request.log.error({ err: error }, 'request failed');
    sendProblem(reply, code, 'The server could not answer this request.');
    return;
  }
  const errors = error.validation?.map((violation) => ({
    path: `${error.validationContext ?? ''}${violation.instancePath}`,
    message: violation.message ?? 'does not fit the schema',
  }));
  sendProblem(reply, code, error.message, errors === undefined ? {} : { errors });
}
