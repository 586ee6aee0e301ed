import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import type { StationLink } from '../core/core.js';

/** A ping goes after 1 s at the latest, and its pong is missed 1 s after that. */
const PROOF_MS = 2500;

/**
 * Whether the socket that we have is alive. Asked when a newcomer without credentials claims its id: a stranger must
 * not push a working charge point off its id (CISA ICSA-26-057-03 and others), and a charge point whose link broke
 * must not be kept out by what is left of its old socket.
 */
export async function isAlive(link: StationLink, pingIntervalS: number): Promise<boolean> {
  const { connection } = link;
  if (!connection.isOpen) return false;
  const stop = new AbortController();
  const unsubscribe = connection.onClose(() => stop.abort());
  connection.setPingInterval(1);
  try {
    await sleep(PROOF_MS, undefined, { signal: stop.signal });
    // After a stall the timer comes first; what the sockets have to say, an end among it, comes right after.
    await nextTurn();
  } catch (error) {
    if (!stop.signal.aborted) throw error;
  } finally {
    unsubscribe();
  }
  if (!connection.isOpen) return false;
  connection.setPingInterval(pingIntervalS);
  return true;
}
