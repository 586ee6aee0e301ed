import type { OcppServer, OcppServerOptions } from './options.js';

/** The central system's end. It does not listen: give `handleUpgrade` to an http.Server's `upgrade` event. */
export function createOcppServer<Context>(_options: OcppServerOptions<Context>): OcppServer {
  throw new Error('not built yet: signature published first');
}
