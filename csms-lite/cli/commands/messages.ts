import type { MessageView } from '../../api/present.js';
import { createClient } from '../client.js';
import { print, table } from '../output.js';
import type { TalkOptions } from '../program.js';

export interface MessageOptions extends TalkOptions {
  action?: string;
  direction?: string;
  id?: string;
  limit: number;
}

const WIDTH = 100;

/** The message log of a station, newest last as it happened; answers with the time that they took. */
export async function listMessages(station: string, options: MessageOptions): Promise<void> {
  const query = new URLSearchParams({ limit: String(Math.min(1000, options.limit)) });
  if (options.action !== undefined) query.set('action', options.action);
  if (options.direction !== undefined) query.set('direction', options.direction);
  if (options.id !== undefined) query.set('messageId', options.id);
  const { body } = await createClient(options).call<{ items: MessageView[]; total: number }>(
    'GET',
    `/charge-points/${encodeURIComponent(station)}/messages?${query}`,
  );
  print(options.json === true, body, () =>
    table(
      body.items.toReversed(),
      [
        { title: 'AT', value: (m) => m.at },
        { title: '', value: (m) => (m.direction === 'in' ? '→' : '←') },
        { title: 'ACTION', value: (m) => `${m.action ?? ''}${m.kind === 'CALL' ? '' : ` ${m.kind.toLowerCase()}`}` },
        { title: 'MS', value: (m) => String(m.latencyMs ?? ''), right: true },
        { title: 'FRAME', value: (m) => (m.text.length > WIDTH ? `${m.text.slice(0, WIDTH)}…` : m.text) },
      ],
      'No message fits.',
    ),
  );
}
