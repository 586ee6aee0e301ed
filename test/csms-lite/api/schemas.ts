import { Ajv, type ValidateFunction } from 'ajv';
import { RESOURCE_SCHEMAS } from 'csms-lite/api/schemas/resources.js';

const ajv = new Ajv({ allErrors: true, strict: false });
ajv.addFormat('date-time', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/);
const validators = new Map<string, ValidateFunction>();

/** @throws Error when an answer does not fit the schema that the OpenAPI document shows for it */
export function assertFits(name: keyof typeof RESOURCE_SCHEMAS, value: unknown): void {
  const validate = validators.get(name) ?? ajv.compile(RESOURCE_SCHEMAS[name]);
  validators.set(name, validate);
  if (!validate(value)) throw new Error(`${name}: ${ajv.errorsText(validate.errors)} in ${JSON.stringify(value)}`);
}
