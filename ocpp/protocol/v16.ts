import { createRequire } from 'node:module';
import { V16_SENT_BY_CENTRAL_SYSTEM, V16_SENT_BY_CHARGE_POINT } from '../v16/generated/actions.js';
import { SUBPROTOCOLS } from '../version.js';
import type { JsonSchema, Protocol, Role } from './protocol.js';

const require = createRequire(import.meta.url);
const senders = new Map<string, Role[]>();
for (const action of V16_SENT_BY_CHARGE_POINT) senders.set(action, ['charge-point']);
for (const action of V16_SENT_BY_CENTRAL_SYSTEM)
  senders.set(action, [...(senders.get(action) ?? []), 'central-system']);

const SUFFIX = { request: '.req', response: '.conf' } as const;

/** OCPP 1.6 with the messages of the security white paper, edition 3. */
export const V16: Protocol = {
  version: '1.6',
  subprotocol: SUBPROTOCOLS['1.6'],
  actions: [...senders.keys()].sort(),
  sentBy: (action) => senders.get(action) ?? [],
  schemas: () => require('ocpp-rpc/lib/schemas/ocpp1_6.json') as JsonSchema[],
  schemaId: (action, kind) => `urn:${action}${SUFFIX[kind]}`,
  rules: {
    // Table 7: "... or not conform the PDU structure for Action".
    brokenCallCode: 'FormationViolation',
    // Table 7: "Payload for Action is incomplete".
    missingPropertyCode: 'ProtocolError',
    // §4.2.3 wants a CALLERROR; of table 7 only "any other error" is not about the payload.
    reusedIdCode: 'GenericError',
    unreadableId: null,
  },
};
