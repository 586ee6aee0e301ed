/** OCPP versions as they are written in configuration and in the API. */
export type OcppVersion = '1.6' | '2.0.1';

/** WebSocket subprotocol of each version (OCPP-J §3.1.2). */
export const SUBPROTOCOLS = {
  '1.6': 'ocpp1.6',
  '2.0.1': 'ocpp2.0.1',
} as const satisfies Record<OcppVersion, string>;
