import { networkInterfaces } from 'node:os';
import Fastify, { type FastifyBaseLogger, type FastifyInstance, type FastifyRequest, LogController } from 'fastify';
import { type ApiToken, guard } from '../api/auth.js';
import { registerApi } from '../api/index.js';
import { handleError, sendProblem } from '../api/problem.js';
import { isLoopbackHost } from '../core/loopback.js';
import type { Csms } from '../core/services.js';
import { registerPages, securityHeaders } from '../web/pages.js';
import { createUpgradeGate, type UpgradeGate } from './upgrades.js';

export interface AssembleOptions {
  csms: Csms;
  /** Where it will listen: decides the URLs that are shown and which host names are trusted. */
  host: string;
  tokens: readonly ApiToken[];
  version: string;
  startedAtMs: number;
  logger: FastifyBaseLogger;
}

export interface AssembledServer {
  app: FastifyInstance;
  gate: UpgradeGate;
}

const ANY_ADDRESS = new Set(['0.0.0.0', '::', '']);

/** URLs for a charge point's settings: as this viewer reached us, then every address of this machine. */
export function ocppUrls(request: FastifyRequest, host: string, port: number): string[] {
  const scheme = request.protocol === 'https' ? 'wss' : 'ws';
  const asReached = `${scheme}://${request.headers.host ?? `${host}:${port}`}/ocpp/`;
  if (!ANY_ADDRESS.has(host)) return [asReached];
  const addresses = Object.values(networkInterfaces())
    .flatMap((list) => list ?? [])
    .filter((address) => !address.internal && !address.address.startsWith('fe80'))
    .map(({ address, family }) => `${scheme}://${family === 'IPv6' ? `[${address}]` : address}:${port}/ocpp/`);
  return [...new Set([...addresses, asReached])];
}

/** HTTP, pages, API and the WebSocket gate on one Fastify server that does not listen yet. */
export async function assembleServer(options: AssembleOptions): Promise<AssembledServer> {
  const { csms, host, tokens, version, startedAtMs } = options;
  const app = Fastify({
    loggerInstance: options.logger,
    // Every OCPP frame is in the message log and every change in the audit log; lines per request would only bury errors.
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: 1 << 20,
    // A slow or silent client holds one socket for at most this long.
    requestTimeout: 30_000,
    keepAliveTimeout: 5_000,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 256 },
    frameworkErrors: (error, request, reply) => {
      if (error.code === 'FST_ERR_BAD_URL')
        sendProblem(reply as never, 'malformed_request', 'The URL has a broken percent escape.');
      else handleError(error, request as never, reply as never);
    },
  });
  securityHeaders(app);
  guard(app, { tokens, loopbackOnly: isLoopbackHost(host) });
  await registerApi(app, { csms, version, startedAtMs });
  registerPages({
    app,
    tokens,
    version,
    ocppUrls: (request) => ocppUrls(request, host, request.socket.localPort ?? 0),
  });
  const gate = createUpgradeGate(
    (request, socket, head) => csms.handleUpgrade(request, socket, head),
    (error) => options.logger.error({ err: error }, 'an upgrade failed'),
  );
  app.server.on('upgrade', (request, socket, head) => gate.handle(request, socket, head));
  // Node answers 400 by itself only when it has no listener for half-written requests.
  app.server.on('clientError', (_error, socket) => {
    if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n');
    else socket.destroy();
  });
  return { app, gate };
}
