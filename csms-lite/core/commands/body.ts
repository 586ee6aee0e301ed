import type { OcppVersion } from '@tapwatt/ocpp';
import { protocolOf } from '@tapwatt/ocpp/protocol/protocols.js';
import { validatorOf } from '@tapwatt/ocpp/schema/validation.js';
import { Ajv, type ValidateFunction } from 'ajv';
import { ServiceError } from '../errors.js';
import type { Body, CommandDefinition } from './definition.js';

const ajv = new Ajv({ allErrors: true, strict: false });
ajv.addFormat('date-time', (text: string) => /^\d{4}-\d{2}-\d{2}T/i.test(text) && Number.isFinite(Date.parse(text)));
const compiled = new Map<string, ValidateFunction>();

/**
 * Reads a command's body by its schema. Members that are null count as absent.
 * @throws ServiceError invalid_request naming every member that is wrong
 */
export function readBody(definition: CommandDefinition, given: unknown): Body {
  const body = typeof given === 'object' && given !== null && !Array.isArray(given) ? withoutNulls(given) : given;
  let validate = compiled.get(definition.name);
  if (validate === undefined) {
    validate = ajv.compile(definition.body);
    compiled.set(definition.name, validate);
  }
  if (validate(body)) return body as Body;
  const problems = (validate.errors ?? []).map((error) => {
    const allowed = error.keyword === 'enum' ? `: ${(error.params.allowedValues as unknown[]).join(', ')}` : '';
    const extra = error.keyword === 'additionalProperties' ? `: ${String(error.params.additionalProperty)}` : '';
    return `${error.instancePath || 'body'} ${error.message ?? error.keyword}${allowed}${extra}`;
  });
  throw new ServiceError(
    'invalid_request',
    `The body of ${definition.name} is not right: ${problems.join('; ')}`,
    'GET /api/v1/command-descriptions shows what each command takes.',
  );
}

/** @throws ServiceError invalid_request: what we would send is no valid OCPP, so it cannot be sent. */
export function checkPayload(version: OcppVersion, action: string, payload: object): void {
  const violations = validatorOf(protocolOf(version)).check(action, 'request', 'sent', payload);
  if (violations.length === 0) return;
  const problems = violations.map((violation) => `${violation.path || action} ${violation.message}`).join('; ');
  throw new ServiceError(
    'invalid_request',
    `${action} cannot be sent with this: ${problems}`,
    `See the OCPP ${version} schema of ${action}.req.`,
  );
}

function withoutNulls(object: object): Body {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== null));
}
