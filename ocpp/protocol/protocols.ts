import type { OcppVersion } from '../version.js';
import type { JsonSchema, PayloadKind, Protocol } from './protocol.js';
import { V16 } from './v16.js';

const PROTOCOLS: readonly Protocol[] = [V16];

/** @throws RangeError when this build does not speak the version */
export function protocolOf(version: OcppVersion): Protocol {
  const protocol = PROTOCOLS.find((candidate) => candidate.version === version);
  if (protocol === undefined)
    throw new RangeError(`OCPP ${version} is not built in; this build speaks ${supportedVersions().join(', ')}`);
  return protocol;
}

export function protocolOfSubprotocol(subprotocol: string): Protocol | null {
  return PROTOCOLS.find((candidate) => candidate.subprotocol === subprotocol) ?? null;
}

/** Versions this build speaks. */
export function supportedVersions(): OcppVersion[] {
  return PROTOCOLS.map((protocol) => protocol.version);
}

/**
 * The JSON Schema of a request or response, for forms and documentation. Do not change it.
 * @throws RangeError when the version has no such action
 */
export function schemaOf(version: OcppVersion, action: string, kind: PayloadKind): JsonSchema {
  const protocol = protocolOf(version);
  const id = protocol.schemaId(action, kind);
  const schema = protocol.schemas().find((candidate) => candidate.$id === id);
  if (schema === undefined) throw new RangeError(`OCPP ${version} has no ${action}`);
  return schema;
}
