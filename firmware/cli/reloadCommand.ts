import { ask } from '../control/client.js';

/** `tapwatt reload`: what the running charge point took over, and what waits for a restart. */
export async function reloadCommand(socket: string, json: boolean): Promise<void> {
  const result = (await ask(socket, 'POST', '/reload', {})) as { applied: string[]; needsRestart: string[] };
  if (json) {
    console.log(JSON.stringify(result));
    return;
  }
  const { applied, needsRestart } = result;
  if (applied.length + needsRestart.length === 0) console.log('Nothing has changed.');
  if (applied.length > 0) console.log(`In effect now: ${applied.join(', ')}`);
  if (needsRestart.length > 0) console.log(`Waits for a restart: ${needsRestart.join(', ')}`);
}
