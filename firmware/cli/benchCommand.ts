import { ask, NotReachable } from '../control/client.js';

/** Sends what was given to a bench route and says what was done. */
export async function runBenchCommand(
  bench: { route: string; done(body: Readonly<Record<string, unknown>>): string },
  socket: string,
  body: Readonly<Record<string, unknown>>,
  json: boolean,
): Promise<void> {
  let answer: unknown;
  try {
    answer = await ask(socket, 'POST', bench.route, body);
  } catch (error) {
    // A process that died of it did what it was told.
    const died = error instanceof NotReachable && ['ECONNRESET', 'NoAnswer'].includes(error.code);
    if (bench.route !== '/power-cut' || !died) throw error;
    answer = { ok: true };
  }
  if (json) {
    console.log(JSON.stringify(answer));
    return;
  }
  const { energyWh } = answer as { energyWh?: number };
  console.log(energyWh === undefined ? bench.done(body) : `${bench.done(body)} ${energyWh} Wh`);
}
