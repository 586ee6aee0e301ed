import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import formats from 'ajv-formats';
import type { CallErrorCode, SchemaViolation } from '../connection.js';
import type { JsonSchema, PayloadKind, Protocol, ProtocolRules } from '../protocol/protocol.js';
import { isDateTime } from './date-time.js';

/** Whose payload it is: what we send is held to RFC 3339 times, what we receive to ISO 8601 (see date-time.ts). */
export type Origin = 'sent' | 'received';

export interface Validator {
  /** What the schema of this payload says against it; empty when it is valid. At most 20 of them. */
  check(action: string, kind: PayloadKind, origin: Origin, payload: unknown): SchemaViolation[];
  schema(action: string, kind: PayloadKind): JsonSchema | undefined;
  /** Whether `{}` is valid. */
  takesEmpty(action: string, kind: PayloadKind): boolean;
}

const MAXIMUM_VIOLATIONS = 20;
const validators = new Map<Protocol, Validator>();

/** The validator of a version. Each schema is compiled when it is first needed, once per process and origin. */
export function validatorOf(protocol: Protocol): Validator {
  const known = validators.get(protocol);
  if (known !== undefined) return known;
  const created = createValidator(protocol);
  validators.set(protocol, created);
  return created;
}

function createValidator(protocol: Protocol): Validator {
  let byId: Map<string | undefined, JsonSchema> | undefined;
  const perAction = (): Map<string, ValidateFunction> => new Map();
  const compiled: Record<Origin, Record<PayloadKind, Map<string, ValidateFunction>>> = {
    sent: { request: perAction(), response: perAction() },
    received: { request: perAction(), response: perAction() },
  };
  const compilers: Partial<Record<Origin, Ajv>> = {};
  const emptyTaken = { request: new Map<string, boolean>(), response: new Map<string, boolean>() };

  const schema = (action: string, kind: PayloadKind): JsonSchema | undefined => {
    byId ??= new Map(protocol.schemas().map((one) => [one.$id, one]));
    return byId.get(protocol.schemaId(action, kind));
  };

  const validateFunction = (action: string, kind: PayloadKind, origin: Origin): ValidateFunction | undefined => {
    const known = compiled[origin][kind].get(action);
    if (known !== undefined) return known;
    const source = schema(action, kind);
    if (source === undefined) return undefined;
    compilers[origin] ??= createAjv(origin);
    // "urn:Authorize.req" is no valid URN (it has no namespace): fast-uri inside Ajv throws on it.
    const { $id: _urn, ...anonymous } = source;
    const created = compilers[origin].compile(anonymous);
    compiled[origin][kind].set(action, created);
    return created;
  };

  return {
    schema,
    takesEmpty(action, kind) {
      const known = emptyTaken[kind].get(action);
      if (known !== undefined) return known;
      const rule = schema(action, kind);
      if (rule === undefined) return false;
      const taken = (rule.required ?? []).length === 0;
      emptyTaken[kind].set(action, taken);
      return taken;
    },
    check(action, kind, origin, payload) {
      const validate = validateFunction(action, kind, origin);
      if (validate === undefined)
        return [{ path: '', message: `OCPP ${protocol.version} has no ${action}`, errorCode: 'NotImplemented' }];
      if (validate(payload)) return [];
      return (validate.errors ?? []).slice(0, MAXIMUM_VIOLATIONS).map((error) => violationOf(error, protocol.rules));
    },
  };
}

function createAjv(origin: Origin): Ajv {
  const ajv = new Ajv({
    allErrors: true,
    strict: false,
    // The schemas are those of the pinned ocpp-rpc: checking them against the meta schema each start is wasted time.
    validateSchema: false,
    logger: false,
    // `multipleOf: 0.1` with plain division refuses 0.3 and 16.1 (0.3 / 0.1 = 2.9999999999999996).
    multipleOfPrecision: 6,
  });
  formats.default(ajv, { mode: 'full', formats: ['uri', 'date-time'] });
  if (origin === 'received') ajv.addFormat('date-time', isDateTime);
  return ajv;
}

/** OCPP-J 1.6 §4.2.3, table 7; an unknown enumeration value is PropertyConstraintViolation by 1.6 errata 3.24 and 3.38. */
function violationOf(error: ErrorObject, rules: ProtocolRules): SchemaViolation {
  const at = error.instancePath;
  const params = error.params as Record<string, unknown>;
  const violation = (errorCode: CallErrorCode, message: string, path = at): SchemaViolation => ({
    path,
    message,
    errorCode,
  });
  switch (error.keyword) {
    case 'required':
      return violation(rules.missingPropertyCode, 'is missing', `${at}/${escapePointer(params.missingProperty)}`);
    case 'additionalProperties':
      return violation(
        'FormationViolation',
        'is not a property of this message',
        `${at}/${escapePointer(params.additionalProperty)}`,
      );
    case 'type':
      return violation(at === '' ? 'FormationViolation' : 'TypeConstraintViolation', `must be ${String(params.type)}`);
    case 'minItems':
    case 'maxItems':
      return violation('OccurenceConstraintViolation', error.message ?? error.keyword);
    case 'enum':
      return violation(
        'PropertyConstraintViolation',
        `must be one of ${(params.allowedValues as unknown[]).slice(0, 24).join(', ')}`,
      );
    default:
      // maxLength, format, multipleOf: the right type with an invalid value.
      return violation('PropertyConstraintViolation', error.message ?? error.keyword);
  }
}

function escapePointer(property: unknown): string {
  return String(property).replaceAll('~', '~0').replaceAll('/', '~1').slice(0, 100);
}
