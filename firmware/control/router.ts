import { Ajv, type ValidateFunction } from 'ajv';
import { ControlError } from './errors.js';

/** One line of a route table. `input` is checked against `schema` (defaults filled in) before `answer` sees it. */
export interface Route<Target, Input> {
  method: 'GET' | 'POST';
  path: string;
  /** JSON Schema of the body (POST) or of the query (GET; texts become numbers where the schema says so). */
  schema: object;
  answer(target: Target, input: Input): unknown;
}

/** A route with its schema compiled. */
export interface CompiledRoute<Target> {
  method: 'GET' | 'POST';
  path: string;
  answer(target: Target, input: unknown): unknown;
}

const bodies = new Ajv({ allErrors: true, useDefaults: true, allowUnionTypes: true });
const queries = new Ajv({ allErrors: true, useDefaults: true, coerceTypes: true });

/**
 * Joins schema and handler, so that the handler's input type is what the schema lets through.
 * The type parameter is the promise that the schema keeps; tests send what it must refuse.
 */
export function route<Target, Input>(definition: Route<Target, Input>): CompiledRoute<Target> {
  const validate = (definition.method === 'GET' ? queries : bodies).compile(definition.schema);
  return {
    method: definition.method,
    path: definition.path,
    answer: (target, input) => definition.answer(target, checked<Input>(validate, input, definition)),
  };
}

function checked<Input>(validate: ValidateFunction, input: unknown, where: { method: string; path: string }): Input {
  if (validate(input)) return input as Input;
  const details = (validate.errors ?? []).map((error) => {
    const at = error.instancePath.slice(1).replaceAll('/', '.');
    const choices = error.keyword === 'enum' ? `: ${(error.params.allowedValues as unknown[]).join(', ')}` : '';
    const extra = error.keyword === 'additionalProperties' ? ` (${String(error.params.additionalProperty)})` : '';
    return `${at === '' ? '' : `${at} `}${error.message ?? error.keyword}${choices}${extra}`;
  });
  throw new ControlError(
    400,
    'BadRequest',
    `${where.method} ${where.path}: ${details.join('; ')}`,
    'charge-point-control.md and `tapwatt help` say what it takes',
  );
}
