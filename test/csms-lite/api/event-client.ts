import type { Body } from './server.js';

export interface SentEvent {
  id: string | null;
  event: string;
  data: Body;
}

/** A reader of text/event-stream on bare fetch: every event in order, with ids. */
export interface EventClient {
  readonly events: SentEvent[];
  /** Resolves when the stream is over. */
  readonly ended: Promise<void>;
  /** Of the last event that had one. */
  readonly lastId: string | null;
  close(): void;
}

function parse(block: string): SentEvent | null {
  let id: string | null = null;
  let event = 'message';
  let data = '';
  for (const line of block.split('\n')) {
    const [, field, value] = /^(\w+): ?(.*)$/.exec(line) ?? [];
    if (field === 'id') id = value ?? '';
    else if (field === 'event') event = value ?? '';
    else if (field === 'data') data += value ?? '';
  }
  return data === '' ? (id === null ? null : { id, event: '', data: null }) : { id, event, data: JSON.parse(data) };
}

export async function openEvents(url: string, headers: Record<string, string> = {}): Promise<EventClient> {
  const abort = new AbortController();
  const response = await fetch(url, { headers: { accept: 'text/event-stream', ...headers }, signal: abort.signal });
  if (response.status !== 200 || response.body === null) throw new Error(`events: HTTP ${response.status}`);
  const events: SentEvent[] = [];
  let lastId: string | null = null;
  const read = async (body: ReadableStream<Uint8Array>): Promise<void> => {
    const decoder = new TextDecoder();
    let text = '';
    for await (const chunk of body as unknown as AsyncIterable<Uint8Array>) {
      text += decoder.decode(chunk, { stream: true });
      for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
        const sent = parse(text.slice(0, end));
        text = text.slice(end + 2);
        if (sent === null) continue;
        if (sent.id !== null) lastId = sent.id;
        if (sent.event !== '') events.push(sent);
      }
    }
  };
  const ended = read(response.body).catch(() => undefined);
  return {
    events,
    ended,
    get lastId() {
      return lastId;
    },
    close() {
      abort.abort();
    },
  };
}
