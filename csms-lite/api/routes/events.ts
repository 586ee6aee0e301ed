import type { ServerResponse } from 'node:http';
import type { StreamedEvent } from '../../core/events.js';
import { type ApiContext, documented } from '../context.js';
import { presentMessage } from '../present.js';
import { presentEvent } from '../present-event.js';

/** A client that lets this much pile up is cut; it resumes where it was. */
const MAX_BACKLOG_BYTES = 1 << 20;
/** Something now and then keeps proxies from closing a quiet stream and finds dead clients. */
const KEEP_ALIVE_MS = 15_000;

interface EventQuery {
  types?: string;
  lastEventId?: number;
  messages?: string;
}

/** `transaction.*` and `transaction.started,knock` alike; null lets everything pass. */
export function typeFilter(types: string | undefined): ((type: string) => boolean) | null {
  if (types === undefined || types.trim() === '') return null;
  const wanted = types.split(',').map((type) => type.trim());
  return (type) =>
    wanted.some((pattern) => (pattern.endsWith('*') ? type.startsWith(pattern.slice(0, -1)) : type === pattern));
}

/** One serialisation per event, however many browsers listen. */
const frames = new WeakMap<StreamedEvent, string>();

function frameOf(streamed: StreamedEvent): string {
  let frame = frames.get(streamed);
  if (frame === undefined) {
    frame = `id: ${streamed.id}\nevent: ${streamed.event.type}\ndata: ${JSON.stringify(presentEvent(streamed))}\n\n`;
    frames.set(streamed, frame);
  }
  return frame;
}

/**
 * `GET /events`: server-sent events. `Last-Event-ID` (or `?lastEventId=`) resumes from the kept events; when they do
 * not reach back that far the stream says `event: reset` and the client reads the resources again.
 * The first event is always `hello` with the newest id: what is read after it is not older than the stream.
 */
export function eventRoutes({ app, csms, version, startedAtMs }: ApiContext): void {
  const open = new Set<ServerResponse>();
  app.addHook('preClose', () => {
    for (const response of open) response.end('event: bye\ndata: {}\n\n');
  });

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
          },
        },
        response: { 200: { description: 'text/event-stream', type: 'string' } },
      }),
      logLevel: 'warn',
    },
    (request, reply) => {
      const passes = typeFilter(request.query.types);
      const header = request.headers['last-event-id'];
      const headerId = typeof header === 'string' && /^\d{1,16}$/.test(header) ? Number(header) : undefined;
      const afterId = headerId ?? request.query.lastEventId;

      reply.hijack();
      const response = reply.raw;
      response.writeHead(200, {
        ...(reply.getHeaders() as Record<string, string>),
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        'x-accel-buffering': 'no',
      });
      response.socket?.setNoDelay(true);
      open.add(response);

      const write = (text: string): void => {
        if (response.writableEnded || response.destroyed) return;
        if (response.writableLength > MAX_BACKLOG_BYTES) response.destroy();
        else response.write(text);
      };
      const lastId = csms.events.lastId;
      write(
        `retry: 1500\nevent: hello\ndata: ${JSON.stringify({ lastId, version, startedAt: new Date(startedAtMs).toISOString() })}\n\n`,
      );

      // Replayed events wait until it is known whether they are complete: after a gap they would only mislead.
      const replayed: StreamedEvent[] = [];
      let replaying = true;
      const { complete, unsubscribe } = csms.events.subscribe((streamed) => {
        if (passes !== null && !passes(streamed.event.type)) return;
        if (replaying) replayed.push(streamed);
        else write(frameOf(streamed));
      }, afterId);
      replaying = false;
      if (complete) for (const streamed of replayed) write(frameOf(streamed));
      // The id makes the client resume from here, also when it is cut before the next event.
      else write(`id: ${lastId}\nevent: reset\ndata: ${JSON.stringify({ lastId })}\n\n`);
      if (afterId === undefined) write(`id: ${lastId}\nevent: ready\ndata: {}\n\n`);

      const { messages } = request.query;
      const unwatch =
        messages === undefined
          ? () => undefined
          : csms.messages.watch((message) => {
              if (messages !== '*' && messages !== message.chargePointId) return;
              write(`event: ocpp.message\ndata: ${JSON.stringify(presentMessage(message))}\n\n`);
            });
      // An id without data moves the client's Last-Event-ID past events that its filter held back.
      const keepAlive = setInterval(() => write(`id: ${csms.events.lastId}\n\n`), KEEP_ALIVE_MS);
      const end = (): void => {
        clearInterval(keepAlive);
        unsubscribe();
        unwatch();
        open.delete(response);
      };
      response.on('close', end);
      response.on('error', end);
    },
  );
}
