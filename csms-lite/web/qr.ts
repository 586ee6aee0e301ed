import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Problem } from '../api/problem.js';
import { isLoopbackHost } from '../core/loopback.js';
import type { Station } from '../core/model.js';
import type { Csms } from '../core/services.js';
import { driverPath } from './driver/html.js';
import { escapeHtml } from './html.js';
import { renderPage } from './shell.js';

/** Longer texts make codes that phones cannot read from paper. */
const MAX_TEXT = 300;

/** A QR code as SVG: black on white whatever the theme, because scanners need it so. */
export async function qrSvg(text: string): Promise<string> {
  const { toString: toText } = await import('qrcode');
  return await toText(text, { type: 'svg', margin: 2, errorCorrectionLevel: 'M' });
}

async function qrPng(text: string): Promise<Buffer> {
  const { toBuffer } = await import('qrcode');
  return await toBuffer(text, { width: 600, margin: 2 });
}

interface QrContext {
  app: FastifyInstance;
  csms: Csms;
  /** Addresses by which this server may be reached, `http://host:port`, the viewer's own last. */
  origins: (request: FastifyRequest) => string[];
  /** The viewer's choice. */
  themeOf: (request: FastifyRequest) => 'light' | 'dark' | null;
}

/** Where codes lead: what the operator set, else the first address that other machines can reach. */
function originOf({ csms, origins }: QrContext, request: FastifyRequest): string {
  const { publicUrl } = csms.settings.get();
  if (publicUrl !== '') return publicUrl;
  const known = origins(request);
  return known.find((origin) => !isLoopbackHost(new URL(origin).hostname)) ?? known[0] ?? '';
}

function cardHtml(station: Station, connectorId: number, url: string, svg: string): string {
  const image = `/qr.png?text=${encodeURIComponent(url)}`;
  return [
    '<li class="qr-card">',
    `<div class="qr" role="img" aria-label="QR code of ${escapeHtml(url)}">${svg}</div>`,
    `<p><strong>${escapeHtml(station.displayName ?? station.id)}</strong><br>Connector ${connectorId}</p>`,
    `<p class="mono"><a href="${escapeHtml(url)}">${escapeHtml(url)}</a></p>`,
    `<p class="qr-links"><a href="${escapeHtml(image)}" download="${escapeHtml(`${station.id}-${connectorId}.png`)}">PNG</a> `,
    `<a href="${escapeHtml(image.replace('/qr.png', '/qr.svg'))}" download="${escapeHtml(`${station.id}-${connectorId}.svg`)}">SVG</a></p>`,
    '</li>',
  ].join('');
}

async function sheet(context: QrContext, request: FastifyRequest, chargePointId: string | undefined): Promise<string> {
  const { csms } = context;
  const stations =
    chargePointId === undefined
      ? (await csms.stations.list({ limit: 1000 })).items.filter(({ demo }) => !demo)
      : [await csms.stations.get(chargePointId)];
  const origin = originOf(context, request);
  const cards: string[] = [];
  for (const station of stations) {
    for (const { connectorId } of station.connectors) {
      const url = `${origin}${driverPath(station.id, connectorId)}`;
      cards.push(cardHtml(station, connectorId, url, await qrSvg(url)));
    }
  }
  const onlyHere = isLoopbackHost(new URL(origin).hostname);
  return [
    '<div class="page-head"><div><h1>QR codes for drivers</h1>',
    '<p>One for each connector: it opens the driver’s page. Print this page; the rest of it stays off the paper.</p></div></div>',
    onlyHere
      ? `<div class="notice"><p>These codes lead to ${escapeHtml(origin)}, which only this machine can open.</p><p class="hint">Start csms-lite with --host 0.0.0.0, or set the public address under <a href="/settings">Settings</a>.</p></div>`
      : '',
    cards.length === 0
      ? '<div class="panel empty"><h2>No connector yet</h2><p>Codes appear here for every connector that a charger has reported. <a href="/connect">Connect</a> a charger first.</p></div>'
      : `<ul class="qr-sheet">${cards.join('')}</ul>`,
  ].join('');
}

/** `/qr`: the printable sheet; `/qr.svg`, `/qr.png`: any text as a code. For operators. */
export function qrRoutes(context: QrContext): void {
  const { app } = context;
  app.get<{ Querystring: { chargePointId?: string } }>('/qr', { config: { page: true } }, async (request, reply) =>
    reply
      .type('text/html; charset=utf-8')
      .header('cache-control', 'no-store')
      .send(
        renderPage({
          title: 'QR codes',
          current: '/qr',
          theme: context.themeOf(request),
          body: await sheet(context, request, request.query.chargePointId),
        }),
      ),
  );
  const textOf = (text: string | undefined): string => {
    if (text === undefined || text === '' || text.length > MAX_TEXT)
      throw new Problem('invalid_request', `A QR code takes 1 to ${MAX_TEXT} characters.`);
    return text;
  };
  const image = (reply: FastifyReply, type: string, content: string | Buffer): FastifyReply =>
    reply.type(type).header('cache-control', 'private, max-age=3600').send(content);
  app.get<{ Querystring: { text?: string } }>('/qr.svg', async (request, reply) =>
    image(reply, 'image/svg+xml', await qrSvg(textOf(request.query.text))),
  );
  app.get<{ Querystring: { text?: string } }>('/qr.png', async (request, reply) =>
    image(reply, 'image/png', await qrPng(textOf(request.query.text))),
  );
}
