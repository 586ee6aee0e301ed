// Runs a program the way systemd would: restarts it when it ends, with a growing pause, until told to stop.
import { spawn } from 'node:child_process';

/** Exit statuses that a restart cannot cure: wrong use, wrong configuration. */
const FINAL = new Set([2, 78]);

/**
 * @param {{ name: string, command: string[], env?: Record<string, string>, onLine: (line: string) => void,
 *   onExit?: (code: number | null, signal: string | null, again: boolean) => void }} options
 */
export function keepRunning({ name, command, env = {}, onLine, onExit = () => {} }) {
  let child = null;
  let stopping = false;
  let pauseMs = 500;
  let timer = null;
  let done;
  const ended = new Promise((resolve) => {
    done = resolve;
  });

  const start = () => {
    const startedAt = Date.now();
    const [file, ...args] = command;
    child = spawn(file, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    for (const stream of [child.stdout, child.stderr]) {
      let rest = '';
      stream.on('data', (chunk) => {
        const lines = (rest + chunk).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) onLine(line);
      });
      stream.on('end', () => {
        if (rest !== '') onLine(rest);
      });
    }
    child.on('error', (error) => onLine(`${name} could not be started: ${error.message}`));
    child.on('close', (code, signal) => {
      child = null;
      const again = !stopping && !FINAL.has(code ?? -1);
      onExit(code, signal, again);
      if (!again) {
        done({ code, signal });
        return;
      }
      pauseMs = Date.now() - startedAt > 10_000 ? 500 : Math.min(pauseMs * 2, 10_000);
      timer = setTimeout(start, pauseMs);
    });
  };
  start();

  return {
    ended,
    get pid() {
      return child?.pid ?? null;
    },
    /** SIGTERM, and SIGKILL when the program has not ended after `graceMs`. */
    async stop(graceMs = 6000) {
      stopping = true;
      clearTimeout(timer);
      if (child === null) {
        done({ code: 0, signal: null });
        return;
      }
      const running = child;
      running.kill('SIGTERM');
      const hard = setTimeout(() => running.kill('SIGKILL'), graceMs);
      await ended;
      clearTimeout(hard);
    },
  };
}
