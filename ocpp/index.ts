export type * from './connection.js';
export { type OcppVersion, SUBPROTOCOLS } from './version.js';
