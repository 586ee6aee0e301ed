import type { Connection } from './connection.js';
import { ConnectError } from './errors.js';
import type { ConnectOptions } from './options.js';

/**
 * Connects to a central system: one attempt, no retry.
 * @throws ConnectError with code, message and hint
 */
export async function connectToCentralSystem(_options: ConnectOptions): Promise<Connection> {
  throw new ConnectError('Failed', 'not built yet', 'signature published first');
}
