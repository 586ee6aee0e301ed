import type { ServerResponse } from 'node:http';
import type { CurrentPoint } from '../core/anomalies/current-trace.js';
import type { StreamedEvent } from '../core/events.js';
import type { Csms } from '../core/services.js';
import { createEventBatch, type EventBatch } from './event-batch.js';
import { presentMessage } from './present.js';
import { presentCurrent } from './present-anomaly.js';
import { presentEvent } from './present-event.js';

/** A client that lets this much pile up is cut; it resumes where it was. */
const MAX_BACKLOG_BYTES = 1 << 20;
/** Something now and then keeps proxies from closing a quiet stream and finds dead clients. */
const KEEP_ALIVE_MS = 15_000;
/** What happens within this time is sent together, so that a burst is one write for each client. */
const GATHER_MS = 10;
/** Sending may take at most every twentieth moment of this thread: the more it costs, the longer is gathered. */
const PAUSE_PER_MS = 19;
/** And from about 500 events a second on, what a person can follow is a picture of each second. */
const GATHER_PER_EVENT_MS = 2;
const MOST_GATHERED_MS = 1000;
/** Written in one turn of the event loop; charge points are answered between two turns. */
const CLIENTS_PER_TURN = 20;

export interface Wanted {
  /** `transaction.*` and `transaction.started,knock` alike; undefined: everything. */
  types: string | undefined;
  /** `*` or a charge point id: also every OCPP frame. */
  messages: string | undefined;
  /** A charge point id: also the current and limit of its connectors. */
  current: string | undefined;
}

/** Clients that want the same: what they get is made once. */
interface Audience {
  clients: Set<ServerResponse>;
  batch: EventBatch;
  passes: ((type: string) => boolean) | null;
  unwatch: () => void;
}

/** Sends events to browsers. However many listen, an event is written once as text and each batch once as bytes. */
export interface EventHub {
  /**
   * From now on the client gets what comes. @param greet is called once, when everything before now is on its way to the
   * others: what it writes is neither repeated nor missed. @returns how to leave
   */
  join(client: ServerResponse, wanted: Wanted, greet: () => void): () => void;
  /** Tells everybody, at once. */
  end(frame: string): void;
  close(): void;
}

/** null lets everything pass. */
export function typeFilter(types: string | undefined): ((type: string) => boolean) | null {
  if (types === undefined || types.trim() === '') return null;
  const wanted = types.split(',').map((type) => type.trim());
  return (type) =>
    wanted.some((pattern) => (pattern.endsWith('*') ? type.startsWith(pattern.slice(0, -1)) : type === pattern));
}

const frames = new WeakMap<StreamedEvent, string>();

/** One serialisation per event, however many audiences there are. */
export function frameOf(streamed: StreamedEvent): string {
  let frame = frames.get(streamed);
  if (frame === undefined) {
    frame = `id: ${streamed.id}\nevent: ${streamed.event.type}\ndata: ${JSON.stringify(presentEvent(streamed))}\n\n`;
    frames.set(streamed, frame);
  }
  return frame;
}

/** Without an id: a client that comes back gets what is kept. */
export function currentFrame(point: CurrentPoint): string {
  return `event: connector.current\ndata: ${JSON.stringify(presentCurrent(point))}\n\n`;
}

function write(client: ServerResponse, bytes: Buffer | string): void {
  if (client.writableEnded || client.destroyed) return;
  if (client.writableLength > MAX_BACKLOG_BYTES) client.destroy();
  else client.write(bytes);
}

export function createEventHub(csms: Pick<Csms, 'events' | 'messages' | 'current'>): EventHub {
  const audiences = new Map<string, Audience>();
  /** Batches on their way, in order. */
  let sending: { bytes: Buffer; clients: ServerResponse[] }[] = [];
  let timer: NodeJS.Timeout | null = null;
  let turn: NodeJS.Immediate | null = null;
  let spentMs = 0;
  let notBeforeMs = 0;
  let gatherMs = GATHER_MS;

  const sendTurn = (): void => {
    turn = null;
    const beganMs = performance.now();
    const [first] = sending;
    if (first === undefined) return;
    for (const client of first.clients.splice(0, CLIENTS_PER_TURN)) write(client, first.bytes);
    if (first.clients.length === 0) sending.shift();
    spentMs += performance.now() - beganMs;
    if (sending.length > 0) turn = setImmediate(sendTurn);
    else {
      notBeforeMs = performance.now() + Math.min(MOST_GATHERED_MS, spentMs * PAUSE_PER_MS);
      spentMs = 0;
    }
  };

  /** Hands over what an audience has gathered; its clients get it in this order, whatever comes later. */
  const flush = (audience: Audience): void => {
    if (audience.batch.size === 0) return;
    const beganMs = performance.now();
    gatherMs = Math.max(gatherMs, Math.min(MOST_GATHERED_MS, audience.batch.size * GATHER_PER_EVENT_MS));
    sending.push({ bytes: audience.batch.take(), clients: [...audience.clients] });
    spentMs += performance.now() - beganMs;
    turn ??= setImmediate(sendTurn);
  };

  const soon = (): void => {
    if (timer !== null) return;
    const waitMs = Math.max(gatherMs, notBeforeMs - performance.now());
    timer = setTimeout(() => {
      timer = null;
      // The last batch is not out yet: gather on.
      if (sending.length > 0) return soon();
      gatherMs = GATHER_MS;
      for (const audience of audiences.values()) flush(audience);
    }, waitMs);
  };

  const { unsubscribe } = csms.events.subscribe((streamed) => {
    if (audiences.size === 0) return;
    const { event } = streamed;
    const replaces = event.type === 'transaction.metered' ? `metered ${event.transaction.id}` : undefined;
    for (const { passes, batch } of audiences.values()) {
      if (passes === null || passes(event.type)) batch.add(() => frameOf(streamed), replaces);
    }
    soon();
  });

  const keepAlive = setInterval(() => {
    // An id without data moves the client's Last-Event-ID past events that its filter held back: behind what waits.
    const { lastId } = csms.events;
    for (const { batch } of audiences.values()) batch.add(() => `id: ${lastId}\n\n`);
    soon();
  }, KEEP_ALIVE_MS);
  keepAlive.unref();

  const audienceOf = ({ types, messages, current }: Wanted): Audience => {
    const key = JSON.stringify([types ?? '', messages ?? '', current ?? '']);
    const known = audiences.get(key);
    if (known !== undefined) return known;
    const batch = createEventBatch();
    const unwatchMessages =
      messages === undefined
        ? () => undefined
        : csms.messages.watch((message) => {
            if (messages !== '*' && messages !== message.chargePointId) return;
            batch.add(() => `event: ocpp.message\ndata: ${JSON.stringify(presentMessage(message))}\n\n`);
            soon();
          });
    const unwatchCurrent =
      current === undefined
        ? () => undefined
        : csms.current.watch((point) => {
            if (point.chargePointId !== current) return;
            batch.add(() => currentFrame(point));
            soon();
          });
    const unwatch = (): void => {
      unwatchMessages();
      unwatchCurrent();
    };
    const made: Audience = { clients: new Set(), batch, passes: typeFilter(types), unwatch };
    audiences.set(key, made);
    return made;
  };

  return {
    join(client, wanted, greet) {
      const audience = audienceOf(wanted);
      flush(audience);
      greet();
      audience.clients.add(client);
      return () => {
        audience.clients.delete(client);
        if (audience.clients.size > 0) return;
        audience.unwatch();
        for (const [key, one] of audiences) if (one === audience) audiences.delete(key);
      };
    },
    end(frame) {
      for (const { clients } of audiences.values()) for (const client of clients) client.end(frame);
    },
    close() {
      unsubscribe();
      clearInterval(keepAlive);
      if (timer !== null) clearTimeout(timer);
      if (turn !== null) clearImmediate(turn);
      sending = [];
    },
  };
}
