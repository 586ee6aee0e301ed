export { connectToCentralSystem } from './connect.js';
export type * from './connection.js';
export * from './errors.js';
export type * from './options.js';
export { createOcppServer } from './server.js';
export { type OcppVersion, SUBPROTOCOLS } from './version.js';
