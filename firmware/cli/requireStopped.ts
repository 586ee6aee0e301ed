import { findSocket } from '../config/locate.js';
import { ask } from '../control/client.js';
import { CommandFailed, EXIT } from './exitCodes.js';

/** @throws CommandFailed with this message and hint when the charge point of this control socket runs. */
export async function requireStopped(controlSocket: string, message: string, hint: string): Promise<void> {
  const runs = await ask(
    findSocket(undefined, process.env, () => controlSocket),
    'GET',
    '/state',
  ).then(
    () => true,
    () => false,
  );
  if (runs) throw new CommandFailed(EXIT.failed, message, hint);
}
