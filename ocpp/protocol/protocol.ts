import type { CallErrorCode } from '../connection.js';
import type { OcppVersion } from '../version.js';

/** Which end of the connection we are. */
export type Role = 'charge-point' | 'central-system';

export type PayloadKind = 'request' | 'response';

/** JSON Schema, draft 7, as far as this package and the dashboard's forms look into it. */
export interface JsonSchema {
  $id?: string;
  $ref?: string;
  type?: string;
  properties?: Record<string, JsonSchema>;
  items?: JsonSchema;
  required?: string[];
  enum?: unknown[];
  maxLength?: number;
  format?: string;
  multipleOf?: number;
  minItems?: number;
  definitions?: Record<string, JsonSchema>;
  additionalProperties?: boolean;
}

/** What is particular to one OCPP version. A new version is one more of these in protocols.ts. */
export interface Protocol {
  version: OcppVersion;
  subprotocol: string;
  /** Whether this version has the action, and which end may send the CALL. */
  sentBy(action: string): readonly Role[];
  readonly actions: readonly string[];
  /** All schemas of the version; read from disk at the first call. */
  schemas(): readonly JsonSchema[];
  schemaId(action: string, kind: PayloadKind): string;
  rules: ProtocolRules;
}

/** Where the versions' framing rules differ. */
export interface ProtocolRules {
  /** For a CALL whose wrapper is wrong but whose message id can be read. */
  brokenCallCode: CallErrorCode;
  /** For a payload that lacks a required property. */
  missingPropertyCode: CallErrorCode;
  /** For a message id that was used before with other content. */
  reusedIdCode: CallErrorCode;
  /**
   * What a CALLERROR carries when no message id can be read: OCPP 2.0.1-J §4.2.3 says "-1". 1.6-J knows no such id
   * (the id "must be the exact same id that is in the call request") and says to ignore unknown message types: null.
   */
  unreadableId: string | null;
}
