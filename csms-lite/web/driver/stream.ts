import type { ServerResponse } from 'node:http';
import type { FastifyReply } from 'fastify';
import type { CsmsEvent } from '../../core/events.js';
import type { Csms } from '../../core/services.js';

/** Anybody may open one: more than this many are sent to the page's own refresh. */
const MAX_STREAMS = 500;
/** Meter values come at most twice a second; a public page needs no more than one picture. */
const GROUP_MS = 500;
/** Costs and clocks move without an event. */
const REFRESH_MS = 15_000;

function concernsStation(event: CsmsEvent, chargePointId: string): boolean {
  switch (event.type) {
    case 'station.updated':
    case 'station.connected':
    case 'station.disconnected':
      return event.station.id === chargePointId;
    case 'station.removed':
    case 'connector.status':
      return event.chargePointId === chargePointId;
    case 'transaction.started':
    case 'transaction.metered':
    case 'transaction.stopped':
      return event.transaction.chargePointId === chargePointId;
    default:
      return false;
  }
}

export interface PublicStreams {
  /** Sends what `part` gives now, and again whenever it has changed. `chargePointId` null: of every station. */
  open: (reply: FastifyReply, chargePointId: string | null, part: () => Promise<object>) => void;
  closeAll: () => void;
}

/** Event streams for people who are not signed in: pictures of public pages, never events themselves. */
export function publicStreams(csms: Csms, onError: (error: unknown) => void): PublicStreams {
  const open = new Map<ServerResponse, () => void>();
  return {
    open(reply, chargePointId, part) {
      if (open.size >= MAX_STREAMS) {
        void reply.code(503).header('retry-after', '10').send('Too many viewers; the page refreshes by itself.');
        return;
      }
      reply.hijack();
      const response = reply.raw;
      response.writeHead(200, {
        ...(reply.getHeaders() as Record<string, string>),
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        'x-accel-buffering': 'no',
      });
      let last = '';
      let timer: NodeJS.Timeout | null = null;
      const send = async (): Promise<void> => {
        try {
          const text = JSON.stringify(await part());
          if (response.writableEnded || response.destroyed) return;
          if (text === last) response.write(':\n\n');
          else response.write(`data: ${text.replace(/\}$/, `,"nowMs":${Date.now()}}`)}\n\n`);
          last = text;
        } catch (error) {
          onError(error);
          response.end();
        }
      };
      const { unsubscribe } = csms.events.subscribe(({ event }) => {
        if (chargePointId !== null && !concernsStation(event, chargePointId)) return;
        timer ??= setTimeout(() => {
          timer = null;
          void send();
        }, GROUP_MS);
      });
      const refresh = setInterval(() => void send(), REFRESH_MS);
      const end = (): void => {
        unsubscribe();
        clearInterval(refresh);
        if (timer !== null) clearTimeout(timer);
        open.delete(response);
      };
      open.set(response, () => response.end());
      response.on('close', end);
      response.on('error', end);
      response.write('retry: 3000\n\n');
      void send();
    },
    closeAll() {
      for (const end of open.values()) end();
    },
  };
}
