import type { EventStream, StreamedEvent } from '../../core/events.js';
import { type ApiContext, documented } from '../context.js';
import { createEventHub, currentFrame, frameOf, typeFilter } from '../event-hub.js';

interface EventQuery {
  types?: string;
  lastEventId?: number;
  messages?: string;
  current?: string;
}

/** What a client gets first: who we are, then what it has missed, or that it must read everything again. */
function greeting(
  events: EventStream,
  {
    types,
    afterId,
    version,
    startedAtMs,
  }: { types: string | undefined; afterId: number | undefined } & Pick<ApiContext, 'version' | 'startedAtMs'>,
): string {
  const { lastId } = events;
  const startedAt = new Date(startedAtMs).toISOString();
  const hello = `retry: 1500\nevent: hello\ndata: ${JSON.stringify({ lastId, version, startedAt })}\n\n`;
  if (afterId === undefined) return `${hello}id: ${lastId}\nevent: ready\ndata: {}\n\n`;
  const passes = typeFilter(types);
  const missed: StreamedEvent[] = [];
  const { complete, unsubscribe } = events.subscribe((streamed) => {
    if (passes === null || passes(streamed.event.type)) missed.push(streamed);
  }, afterId);
  unsubscribe();
  // After a gap they would only mislead. The id makes the client resume from here, also when it is cut before the next event.
  return complete
    ? `${hello}${missed.map(frameOf).join('')}`
    : `${hello}id: ${lastId}\nevent: reset\ndata: ${JSON.stringify({ lastId })}\n\n`;
}

/**
 * `GET /events`: server-sent events. `Last-Event-ID` (or `?lastEventId=`) resumes from the kept events; when they do
 * not reach back that far the stream says `event: reset` and the client reads the resources again.
 * The first event is always `hello` with the newest id: what is read after it is not older than the stream.
 */
export function eventRoutes({ app, csms, version, startedAtMs }: ApiContext): void {
  const hub = createEventHub(csms);
  app.addHook('preClose', () => hub.end('event: bye\ndata: {}\n\n'));
  app.addHook('onClose', async () => hub.close());

  app.get<{ Querystring: EventQuery }>(
    '/events',
    {
      ...documented({
        summary: 'live events (text/event-stream), resumable with Last-Event-ID',
        tags: ['events'],
        querystring: {
          type: 'object',
          properties: {
            types: { type: 'string', description: 'comma-separated; `transaction.*` takes all of a kind' },
            lastEventId: {
              type: 'integer',
              description: 'as the header Last-Event-ID, for clients that cannot set it',
            },
            messages: {
              type: 'string',
              description: '`*` or a charge point id: also every OCPP frame, event `ocpp.message`, without id',
            },
            current: {
              type: 'string',
              description:
                'a charge point id: also current and limit of its connectors, those of the last minutes first, event `connector.current`, without id',
            },
          },
        },
        response: { 200: { description: 'text/event-stream', type: 'string' } },
      }),
      logLevel: 'warn',
    },
    (request, reply) => {
      const header = request.headers['last-event-id'];
      const headerId = typeof header === 'string' && /^\d{1,16}$/.test(header) ? Number(header) : undefined;
      const afterId = headerId ?? request.query.lastEventId;
      const { types, messages, current } = request.query;

      reply.hijack();
      const response = reply.raw;
      // Until the connection ends, without chunks: the bytes of a batch are the same for everybody.
      response.useChunkedEncodingByDefault = false;
      response.writeHead(200, {
        ...(reply.getHeaders() as Record<string, string>),
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        connection: 'close',
        'x-accel-buffering': 'no',
      });
      response.socket?.setNoDelay(true);
      const leave = hub.join(response, { types, messages, current }, () => {
        response.write(greeting(csms.events, { types, afterId, version, startedAtMs }));
        if (current !== undefined) response.write(csms.current.recent(current).map(currentFrame).join(''));
      });
      response.on('close', leave);
      response.on('error', leave);
    },
  );
}
