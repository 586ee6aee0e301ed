import { networkInterfaces } from 'node:os';
import Fastify, { type FastifyBaseLogger, type FastifyInstance, type FastifyRequest, LogController } from 'fastify';
import { type ApiToken, guard, neededRole } from '../api/auth.js';
import { registerApi } from '../api/index.js';
import { handleError, sendProblem } from '../api/problem.js';
import { operationRoutes } from '../api/routes/operations.js';
import { createSignIn, type SignIn } from '../api/sign-in.js';
import type { BackupService } from '../backup/backup-service.js';
import type { Role } from '../core/access/roles.js';
import { isLoopbackHost } from '../core/loopback.js';
import type { TrustedProxies } from '../core/proxies.js';
import type { Csms } from '../core/services.js';
import type { FirebaseMirror } from '../firebase/service.js';
import { createCsmsMetrics } from '../metrics/csms-metrics.js';
import { firebaseMetrics } from '../metrics/firebase-metrics.js';
import { driverRoutes } from '../web/driver/routes.js';
import { themeOf } from '../web/page.js';
import { registerPages, securityHeaders } from '../web/pages.js';
import { qrRoutes } from '../web/qr.js';
import { limitBodyTime } from './request-time.js';
import { createUpgradeGate, type UpgradeGate } from './upgrades.js';

export interface AssembleOptions {
  csms: Csms;
  /** Where it will listen: decides the URLs that are shown and which host names are trusted. */
  host: string;
  tokens: readonly ApiToken[];
  version: string;
  startedAtMs: number;
  backups: BackupService;
  /** null: not set up. */
  firebase: FirebaseMirror | null;
  proxies: TrustedProxies;
  logger: FastifyBaseLogger;
}

export interface AssembledServer {
  app: FastifyInstance;
  gate: UpgradeGate;
  /** Every route, for the test that each is guarded. */
  routes: readonly ServedRoute[];
  signIn: SignIn;
}

export interface ServedRoute {
  method: string;
  url: string;
  isPublic: boolean;
  role: Role;
}

function collectRoutes(app: FastifyInstance): readonly ServedRoute[] {
  const routes: ServedRoute[] = [];
  app.addHook('onRoute', ({ method, url, config }) => {
    for (const one of [method].flat())
      routes.push({ method: one, url, isPublic: config?.public === true, role: neededRole(one, config) });
  });
  return routes;
}

/** A slow or silent client holds one socket for at most this long. */
const BODY_MS = 30_000;
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
  const { csms, host, tokens, version, startedAtMs, backups, firebase } = options;
  const app = Fastify({
    loggerInstance: options.logger,
    // Every OCPP frame is in the message log and every change in the audit log; lines per request would only bury errors.
    logController: new LogController({ disableRequestLogging: true }),
    trustProxy: (address: string) => options.proxies.isTrusted(address),
    bodyLimit: 1 << 20,
    // For files; other bodies and all headers get BODY_MS.
    requestTimeout: 15 * 60_000,
    keepAliveTimeout: 5_000,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 256 },
    frameworkErrors: (error, request, reply) => {
      if (error.code === 'FST_ERR_BAD_URL')
        sendProblem(reply as never, 'malformed_request', 'The URL has a broken percent escape.');
      else handleError(error, request as never, reply as never);
    },
  });
  app.server.headersTimeout = BODY_MS;
  limitBodyTime(app, BODY_MS);
  securityHeaders(app);
  const routes = collectRoutes(app);
  guard(app, { tokens, access: csms.access, loopbackOnly: isLoopbackHost(host) && options.proxies.count === 0 });
  const signIn = createSignIn({ access: csms.access, users: csms.users, tokens });
  const metrics = createCsmsMetrics(csms, app, version);
  app.addHook('onClose', async () => metrics.close());
  await registerApi(app, { csms, signIn, version, startedAtMs, backups, firebase });
  firebaseMetrics(metrics.registry, firebase);
  operationRoutes(app, csms, metrics.registry);
  registerPages({
    app,
    signIn,
    version,
    ocppUrls: (request) => ocppUrls(request, host, request.socket.localPort ?? 0),
  });
  driverRoutes(app, csms);
  qrRoutes({
    app,
    csms,
    themeOf,
    origins: (request) =>
      ocppUrls(request, host, request.socket.localPort ?? 0).map((url) => new URL(url.replace(/^ws/, 'http')).origin),
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
  return { app, gate, routes, signIn };
}
