/** Stable codes of what the services refuse. The API turns each into a problem+json with `httpStatus`. */
export type ServiceErrorCode =
  | 'alarm_not_found'
  | 'alarm_rule_not_found'
  | 'already_exists'
  | 'charge_point_not_accepted'
  | 'charge_point_not_found'
  | 'charge_point_offline'
  | 'command_not_found'
  | 'charging_profile_not_found'
  | 'firmware_not_found'
  | 'id_tag_not_found'
  | 'insufficient_balance'
  | 'invalid_request'
  | 'knock_not_found'
  | 'last_admin'
  | 'mail_failed'
  | 'mail_not_set_up'
  | 'operation_not_supported'
  | 'reservation_not_found'
  | 'site_not_empty'
  | 'site_not_found'
  | 'tariff_not_found'
  | 'token_not_found'
  | 'transaction_not_active'
  | 'transaction_not_found'
  | 'transfer_not_found'
  | 'transfer_used'
  | 'upload_not_found'
  | 'upload_too_large'
  | 'user_not_found'
  | 'webhook_not_found';

const HTTP_STATUS: Record<ServiceErrorCode, 404 | 409 | 413 | 422 | 502> = {
  alarm_not_found: 404,
  alarm_rule_not_found: 404,
  already_exists: 409,
  charge_point_not_accepted: 409,
  charge_point_not_found: 404,
  charge_point_offline: 409,
  command_not_found: 404,
  charging_profile_not_found: 404,
  firmware_not_found: 404,
  id_tag_not_found: 404,
  insufficient_balance: 409,
  invalid_request: 422,
  knock_not_found: 404,
  last_admin: 409,
  mail_failed: 502,
  mail_not_set_up: 409,
  operation_not_supported: 422,
  reservation_not_found: 404,
  site_not_empty: 409,
  site_not_found: 404,
  tariff_not_found: 404,
  token_not_found: 404,
  transaction_not_active: 409,
  transaction_not_found: 404,
  transfer_not_found: 404,
  transfer_used: 409,
  upload_not_found: 404,
  upload_too_large: 413,
  user_not_found: 404,
  webhook_not_found: 404,
};

/** A refusal that a person can act on: what is wrong, and in `hint` what to do next. */
export class ServiceError extends Error {
  readonly code: ServiceErrorCode;
  readonly hint: string;
  readonly httpStatus: 404 | 409 | 413 | 422 | 502;

  constructor(code: ServiceErrorCode, message: string, hint: string) {
    super(message);
    this.name = 'ServiceError';
    this.code = code;
    this.hint = hint;
    this.httpStatus = HTTP_STATUS[code];
  }
}
