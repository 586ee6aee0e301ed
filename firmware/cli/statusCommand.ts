import { setTimeout as sleep } from 'node:timers/promises';
import { ask, followEvents } from '../control/client.js';
import type { ControlState } from '../supervisor/state.js';
import { renderStatus } from './statusView.js';
import { createStyle } from './style.js';

export interface StatusOptions {
  watch?: boolean;
  json?: boolean;
}

/** `tapwatt status`: once, or again at each event. `--json`: the state as JSON, with --watch one line per change. */
export async function statusCommand(socket: string, options: StatusOptions): Promise<void> {
  const fetch = async (): Promise<ControlState> => (await ask(socket, 'GET', '/state')) as ControlState;
  const style = createStyle(Boolean(process.stdout.isTTY), process.env);
  if (!options.watch) {
    const state = await fetch();
    console.log(options.json ? JSON.stringify(state, null, 2) : renderStatus(state, style).join('\n'));
    return;
  }
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  const recent: string[] = [];
  let wake = (): void => {};
  let ended = false;
  const following = followEvents(
    socket,
    (event) => {
      recent.push(`${event.at.slice(11, 19)}  ${event.message}`);
      if (recent.length > 8) recent.shift();
      wake();
    },
    stop.signal,
  ).finally(() => {
    ended = true;
    wake();
  });

  let last = '';
  while (!stop.signal.aborted && !ended) {
    const state = await fetch();
    // The time since the start changes always and is not worth a line of JSON.
    const fingerprint = JSON.stringify({ ...state, uptimeS: 0 });
    if (options.json) {
      if (fingerprint !== last) console.log(JSON.stringify(state));
    } else if (process.stdout.isTTY || fingerprint !== last) {
      const screen = [...renderStatus(state, style), '', ...recent.map((line) => style.dim(line))].join('\n');
      console.log(process.stdout.isTTY ? `\u001b[H\u001b[2J${screen}` : screen);
    }
    last = fingerprint;
    await Promise.race([
      sleep(1000, undefined, { signal: stop.signal }).catch(() => undefined),
      new Promise<void>((resolve) => {
        wake = resolve;
      }),
    ]);
  }
  await following;
}
