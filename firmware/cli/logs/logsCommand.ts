import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Call } from '../commands/spec.js';
import { CommandFailed, EXIT } from '../exitCodes.js';
import { createStyle } from '../style.js';
import { journaldLine, type LogLine, renderLogLine } from './line.js';

const DEFAULT_LINES = 100;

/** `tapwatt logs [-f] [-n N]`: the service's journal, a line each with time, level and data. Times are UTC. */
export async function logsCommand(call: Call): Promise<void> {
  const style = createStyle(Boolean(process.stdout.isTTY), process.env);
  const lines = String(call.number('lines') ?? DEFAULT_LINES);
  const args = ['-u', 'tapwatt.service', '-o', 'json', '--no-pager', '-n', lines];
  const child = spawn('journalctl', call.flag('follow') ? [...args, '-f'] : args, {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const failed = new Promise<never>((_resolve, reject) => {
    child.once('error', () =>
      reject(
        new CommandFailed(
          EXIT.failed,
          'this machine has no journalctl: there is no service whose log could be shown',
          'a charge point that was started with tapwatt run or tapwatt simulate writes its log where it was started',
        ),
      ),
    );
  });
  let before: LogLine | null = null;
  let count = 0;
  const shown = (async () => {
    for await (const text of createInterface({ input: child.stdout })) {
      const line = journaldLine(text);
      if (line === null) continue;
      count += 1;
      console.log(call.json ? JSON.stringify(line) : renderLogLine(line, style, before));
      before = line;
    }
  })();
  const ended = new Promise<number>((resolve) => child.once('close', (status) => resolve(status ?? 0)));
  const status = await Promise.race([failed, shown.then(() => ended)]);
  if (status !== 0) throw new CommandFailed(EXIT.failed, `journalctl ended with status ${status}`, 'sudo tapwatt logs');
  if (count === 0)
    console.error('There is nothing. sudo tapwatt logs sees everything; tapwatt service status says whether it ran.');
}
