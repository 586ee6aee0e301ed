import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { createTokenBuckets } from '../../core/access/token-bucket.js';
import { judgeTag } from '../../core/authorization.js';
import { ServiceError } from '../../core/errors.js';
import type { Csms } from '../../core/services.js';
import { DRIVER_CSS, DRIVER_JS } from './assets.js';
import { boardFragment } from './board.js';
import { type NOTES, offerOf } from './control.js';
import { type Place, placeOf, readDriverView } from './facts.js';
import { type DriverPart, driverPart, driverPath, noteHtml, partHtml, publicPage } from './html.js';
import { publicStreams } from './stream.js';

type PlaceRequest = FastifyRequest<{
  Params: { chargePointId: string; connectorId: string };
  Querystring: { note?: string };
  Body: { card?: string } | undefined;
}>;
type Note = keyof typeof NOTES;

/** How long a charger may take to answer a driver's button. */
const ANSWER_MS = 15_000;
const ACTOR = 'driver page';
const PUBLIC = { config: { public: true }, logLevel: 'warn' } as const;

function startedHere(request: FastifyRequest): string | null {
  return /(?:^|;\s*)started=([\w-]{8,64})/.exec(request.headers.cookie ?? '')?.[1] ?? null;
}

function sendHtml(reply: FastifyReply, html: string): FastifyReply {
  return reply.type('text/html; charset=utf-8').header('cache-control', 'no-store').send(html);
}

function notHere(reply: FastifyReply): FastifyReply {
  const body =
    '<section class="state off"><h2>There is no such charger</h2><p class="advice">The code may be old. <a href="/status">All chargers</a></p></section>';
  const page = { title: 'Not found', heading: 'Charging', note: '', body, stream: null };
  return sendHtml(reply.code(404), publicPage(page));
}

/** Registers `/c/{chargePointId}/{connectorId}` and `/status`: pages without sign-in, unless the operator turned them off. */
export function driverRoutes(app: FastifyInstance, csms: Csms): void {
  const streams = publicStreams(csms, (error) => app.log.error({ err: error }, 'a public page could not be drawn'));
  app.addHook('preClose', () => streams.closeAll());
  // Cards may be guessed by trying: five at once, then one in ten seconds for each address.
  const tries = createTokenBuckets({ burst: 5, perSecond: 0.1 }, Date.now);

  for (const [path, type, text] of [
    ['/c/driver.css', 'text/css', DRIVER_CSS],
    ['/c/driver.js', 'text/javascript', DRIVER_JS],
  ] as const)
    app.get(path, PUBLIC, (_request, reply) =>
      reply.type(`${type}; charset=utf-8`).header('cache-control', 'public, max-age=300').send(text),
    );

  /** null: turned off, or there is no such connector. */
  const find = async (request: PlaceRequest): Promise<Place | null> => {
    const { chargePointId, connectorId } = request.params;
    if (!csms.settings.get().driverPages || !/^[1-9]\d{0,5}$/.test(connectorId)) return null;
    try {
      return await placeOf(csms, chargePointId, Number(connectorId));
    } catch (error) {
      if (error instanceof ServiceError && error.code === 'charge_point_not_found') return null;
      throw error;
    }
  };
  const partOf = async (place: Place, request: FastifyRequest): Promise<DriverPart> => {
    const nowMs = Date.now();
    const offer = offerOf(csms.settings.get(), place, startedHere(request));
    return driverPart(await readDriverView(csms, place, nowMs), offer, nowMs);
  };

  app.get('/c/:chargePointId/:connectorId', PUBLIC, async (request: PlaceRequest, reply) => {
    const place = await find(request);
    if (place === null) return notHere(reply);
    const { station, connector } = place;
    const name = station.displayName ?? station.id;
    return sendHtml(
      reply,
      publicPage({
        title: `${name}, connector ${connector.connectorId}`,
        heading: name,
        note: `Connector ${connector.connectorId}`,
        body: noteHtml(request.query.note) + partHtml(await partOf(place, request)),
        stream: `${driverPath(station.id, connector.connectorId)}/events`,
      }),
    );
  });
  app.get('/c/:chargePointId/:connectorId/events', PUBLIC, async (request: PlaceRequest, reply) => {
    const place = await find(request);
    if (place === null) return notHere(reply);
    streams.open(reply, place.station.id, async () => {
      const now = await find(request);
      return now === null ? { state: '', form: '' } : await partOf(now, request);
    });
    return reply;
  });
  boardRoutes(app, csms, streams);

  /** The tag to start with, or a note where there is none. */
  const tagFor = async (request: PlaceRequest): Promise<{ idTag: string } | { note: Note }> => {
    const settings = csms.settings.get();
    if (settings.driverStart === 'anyone') return { idTag: settings.driverIdTag };
    if (!tries.take(request.ip)) return { note: 'wait' };
    const idTag = (request.body?.card ?? '').trim();
    try {
      const tag = await csms.tags.get(idTag);
      return judgeTag(tag, Date.now(), null, request.params.chargePointId) === 'Accepted'
        ? { idTag: tag.idTag }
        : { note: 'card' };
    } catch (error) {
      if (error instanceof ServiceError && error.httpStatus < 500) return { note: 'card' };
      throw error;
    }
  };
  const send = async (place: Place, name: string, body: object): Promise<{ note: Note; commandId: string | null }> => {
    try {
      const options = { waitMs: ANSWER_MS, actor: ACTOR };
      const command = await csms.commands.send(place.station.id, name, body, options);
      if (command.response === null) return { note: 'silent', commandId: command.id };
      const accepted = (command.response as { status?: string }).status === 'Accepted';
      return {
        note: accepted ? (name === 'remote-start' ? 'starting' : 'stopping') : 'refused',
        commandId: command.id,
      };
    } catch (error) {
      if (error instanceof ServiceError && error.httpStatus < 500) return { note: 'silent', commandId: null };
      throw error;
    }
  };

  void app.register((form, _options, done) => {
    form.addContentTypeParser(
      'application/x-www-form-urlencoded',
      { parseAs: 'string', bodyLimit: 4096 },
      (_request, body, next) => next(null, Object.fromEntries(new URLSearchParams(body.toString()))),
    );
    const handle = (
      kind: 'start' | 'stop',
      act: (request: PlaceRequest, place: Place, reply: FastifyReply) => Promise<Note>,
    ) =>
      form.post(`/c/:chargePointId/:connectorId/${kind}`, PUBLIC, async (request: PlaceRequest, reply) => {
        const place = await find(request);
        if (place === null) return notHere(reply);
        const offer = offerOf(csms.settings.get(), place, startedHere(request));
        const note = offer.kind === kind ? await act(request, place, reply) : 'changed';
        return reply.redirect(`${driverPath(place.station.id, place.connector.connectorId)}?note=${note}`, 303);
      });

    handle('start', async (request, place, reply) => {
      const tag = await tagFor(request);
      if ('note' in tag) return tag.note;
      const { connectorId } = place.connector;
      const { note, commandId } = await send(place, 'remote-start', { idTag: tag.idTag, connectorId });
      if (commandId !== null) {
        const path = driverPath(place.station.id, connectorId);
        const secure = request.protocol === 'https' ? '; Secure' : '';
        void reply.header(
          'set-cookie',
          `started=${commandId}; Path=${path}; HttpOnly; SameSite=Strict; Max-Age=172800${secure}`,
        );
      }
      return note;
    });
    handle('stop', async (request, place) => {
      const { running } = place;
      if (running === null) return 'changed';
      if (running.commandId === null || running.commandId !== startedHere(request)) {
        if (!tries.take(request.ip)) return 'wait';
        if ((request.body?.card ?? '').trim().toUpperCase() !== running.idTag.toUpperCase()) return 'card';
      }
      return (await send(place, 'remote-stop', { transactionId: running.transactionId })).note;
    });
    done();
  });
}

function boardRoutes(app: FastifyInstance, csms: Csms, streams: ReturnType<typeof publicStreams>): void {
  const part = async (): Promise<{ state: string; form: string }> => {
    const [stations, running] = await Promise.all([
      csms.stations.list({ limit: 1000 }),
      csms.transactions.list({ status: 'active', limit: 1000 }),
    ]);
    const shown = stations.items.filter((station) => station.admission === 'accepted' && !station.demo);
    return { state: boardFragment(shown, running.items), form: '' };
  };
  app.get('/status', PUBLIC, async (_request, reply) => {
    if (!csms.settings.get().driverPages) return notHere(reply);
    const body = `<div id="state">${(await part()).state}</div>`;
    const page = { title: 'Chargers', heading: 'Chargers', note: 'What is free now', body, stream: '/status/events' };
    return sendHtml(reply, publicPage(page));
  });
  app.get('/status/events', PUBLIC, (_request, reply) => {
    if (!csms.settings.get().driverPages) return notHere(reply);
    streams.open(reply, null, part);
    return reply;
  });
}
