import type { CommandView } from '../../api/present.js';
import { createClient } from '../client.js';
import { print } from '../output.js';
import type { TalkOptions } from '../program.js';
import { CliError } from '../report.js';

function bodyOf(json: string | undefined): object {
  if (json === undefined) return {};
  let body: unknown;
  try {
    body = JSON.parse(json);
  } catch (error) {
    throw new CliError('bad_json', `The body is no JSON: ${(error as Error).message}.`, `Quote it: '{"type":"Soft"}'`);
  }
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw new CliError('bad_json', 'The body must be a JSON object.', `For example '{"type":"Soft"}'`);
  return body;
}

/** Sends a command and prints the charge point's own answer. Exit status 1 when it failed (CALLERROR, timeout). */
export async function send(
  station: string,
  name: string,
  json: string | undefined,
  options: TalkOptions & { wait: number },
): Promise<void> {
  const wait = Math.min(options.wait, 60);
  const { body: command } = await createClient(options).call<CommandView>(
    'POST',
    `/charge-points/${encodeURIComponent(station)}/commands/${encodeURIComponent(name)}?wait=${wait}`,
    bodyOf(json),
  );
  if (command.status === 'failed') process.exitCode = 1;
  print(options.json === true, command, () => {
    switch (command.status) {
      case 'pending':
        return `${command.action}: no answer yet; it is kept as command ${command.id}`;
      case 'failed':
        return `${command.action}: ${command.error?.code ?? 'failed'} ${command.error?.description ?? ''}`.trimEnd();
      case 'completed':
        return `${command.action}: ${JSON.stringify(command.response, null, 2)}`;
    }
  });
}
