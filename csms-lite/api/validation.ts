import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import { Problem } from './problem.js';

/** RFC 3339 as JSON Schema's `date-time`; years that `Date` cannot hold are refused too. */
const DATE_TIME = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:?\d\d)$/;

function withFormats(ajv: Ajv): Ajv {
  ajv.addFormat('date-time', {
    type: 'string',
    validate: (text) => DATE_TIME.test(text) && !Number.isNaN(Date.parse(text)),
  });
  return ajv;
}

/** Bodies: what is a string stays a string, unknown members are the route's own decision. */
const bodies = withFormats(
  new Ajv({ coerceTypes: false, removeAdditional: false, useDefaults: true, allErrors: false, strict: false }),
);
/** Query and path: everything arrives as text. */
const texts = withFormats(
  new Ajv({ coerceTypes: true, removeAdditional: false, useDefaults: true, allErrors: false, strict: false }),
);

/** As Fastify calls it: what is wrong stands in `errors`. */
export interface RouteValidator {
  (data: unknown): boolean;
  errors?: ErrorObject[] | null;
}

/** Compiles at the first request: most of 150 routes are not asked for, and all of them take longer than the start. */
export function compileFor(httpPart: string | undefined, schema: object): RouteValidator {
  let compiledOne: ValidateFunction | null = null;
  const validate: RouteValidator = (data) => {
    compiledOne ??= (httpPart === 'body' ? bodies : texts).compile(schema);
    const isValid = compiledOne(data);
    validate.errors = compiledOne.errors ?? null;
    return isValid;
  };
  return validate;
}

const compiled = new WeakMap<object, ValidateFunction>();

function describe(error: ErrorObject): { path: string; message: string } {
  const allowed =
    error.keyword === 'enum' ? `: ${(error.params as { allowedValues: unknown[] }).allowedValues.join(', ')}` : '';
  const extra =
    error.keyword === 'additionalProperties'
      ? `: ${(error.params as { additionalProperty: string }).additionalProperty}`
      : '';
  return {
    path: `body${error.instancePath}`,
    message: `${error.message ?? 'does not fit the schema'}${allowed}${extra}`,
  };
}

/**
 * Checks a body whose schema depends on more than the route (commands).
 * @throws Problem `invalid_request` with the place and the expectation.
 */
export function requireBody(schema: object, body: unknown): void {
  let validate = compiled.get(schema);
  if (validate === undefined) {
    validate = bodies.compile(schema);
    compiled.set(schema, validate);
  }
  if (validate(body)) return;
  const errors = (validate.errors ?? []).map(describe);
  const first = errors[0];
  throw new Problem(
    'invalid_request',
    first === undefined ? 'The body does not fit.' : `${first.path} ${first.message}`,
    { errors },
  );
}
