import type { CommandDescription } from '../../core/services.js';
import { createClient } from '../client.js';
import { print, table } from '../output.js';
import type { TalkOptions } from '../program.js';

interface BodySchema {
  required?: string[];
  properties?: Record<string, object>;
}

/** `connectorId, [chargingProfileId]`: what must be in the body, and what may. */
function membersOf(schema: BodySchema): string {
  const required = schema.required ?? [];
  return Object.keys(schema.properties ?? {})
    .toSorted((a, b) => Number(required.includes(b)) - Number(required.includes(a)))
    .map((name) => (required.includes(name) ? name : `[${name}]`))
    .join(', ');
}

/** The commands that `send` knows, with the members of their bodies. */
export async function listCommands(options: TalkOptions): Promise<void> {
  const { body } = await createClient(options).call<{ items: CommandDescription[] }>('GET', '/command-descriptions');
  print(options.json === true, body, () =>
    table(
      body.items,
      [
        { title: 'COMMAND', value: (one) => one.name },
        { title: 'OCPP', value: (one) => `${one.action} (${one.versions.join(', ')})` },
        { title: 'BODY', value: (one) => membersOf(one.bodySchema as BodySchema) },
      ],
      'There are none.',
    ),
  );
}
