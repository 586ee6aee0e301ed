import { mkdirSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Logger, pino } from 'pino';
import { presentEvent } from '../api/present-event.js';
import { createBackupService } from '../backup/backup-service.js';
import { openCsms } from '../core/csms.js';
import { isLoopbackHost } from '../core/loopback.js';
import { createTrustedProxies, type TrustedProxies } from '../core/proxies.js';
import type { Csms } from '../core/services.js';
import type { FirebaseMirror } from '../firebase/service.js';
import { keptToken } from './api-token.js';
import { type AssembledServer, assembleServer, type ServedRoute } from './assemble.js';
import { firebaseWanted, startFirebase } from './firebase.js';
import { DEFAULT_DATA_DIRECTORY, DEFAULT_HOST, DEFAULT_PORT, packageVersion, type ServerOptions } from './options.js';
import { StartError } from './start-error.js';
import { listenWithTls, type TlsListener } from './tls.js';

export { StartError };

export interface RunningServer {
  /** `http://127.0.0.1:8180` */
  url: string;
  host: string;
  port: number;
  /** Of the TLS listener; null where there is none. */
  tlsPort: number | null;
  /** Reads the TLS certificates again; they are also looked at every 30 s. @throws StartError; the old ones stay */
  reloadTls(): void;
  /** Set when the server made (or kept) a token of its own; it stands in `<data>/api-token`. */
  madeToken: string | null;
  /** The one-time link to the first administrator's account: null when there is one, or nothing asks for a sign-in. */
  setupUrl: string | null;
  /** Every HTTP route. */
  routes: readonly ServedRoute[];
  csms: Csms;
  /** Within 2 s: charge points are closed with 1001, event streams ended, everything committed. Idempotent. */
  close(): Promise<void>;
}

/** What open sockets are given to close by themselves, inside the 2 s of a shutdown. */
const GRACE_MS = 1500;

function trustedProxies(networks: readonly string[]): TrustedProxies {
  try {
    return createTrustedProxies(networks);
  } catch (error) {
    throw new StartError(
      'trusted_proxy',
      (error as Error).message,
      'Give --trusted-proxy addresses or networks: 127.0.0.1, 10.0.0.0/8, ::1.',
      error,
    );
  }
}

function listenProblem(error: NodeJS.ErrnoException, host: string, port: number): StartError {
  switch (error.code) {
    case 'EADDRINUSE':
      return new StartError(
        'port_in_use',
        `Port ${port} on ${host} is taken.`,
        'Another csms-lite may be running; end it or choose another port with --port.',
        error,
      );
    case 'EADDRNOTAVAIL':
      return new StartError('address_unknown', `${host} is no address of this machine.`, 'Try --host 0.0.0.0.', error);
    case 'EACCES':
      return new StartError('port_forbidden', `Port ${port} needs privileges.`, 'Use a port above 1023.', error);
    default:
      return new StartError(
        'listen_failed',
        `Cannot listen on ${host}:${port}: ${error.message}`,
        'See --host and --port.',
        error,
      );
  }
}

async function closeAll(
  { app, gate }: AssembledServer,
  tls: TlsListener | null,
  csms: Csms,
  firebase: FirebaseMirror | null,
  log: Logger,
): Promise<void> {
  gate.shut();
  const deadline = new AbortController();
  const late = sleep(GRACE_MS, 'late' as const, { signal: deadline.signal }).catch(() => 'done' as const);
  const closing = (async () => {
    await firebase?.close();
    await csms.close();
  })();
  // The failure is reported below; here it only ends the waiting.
  await Promise.race([closing.catch(() => undefined), late]);
  const cut = gate.destroyAll();
  if (cut > 0) log.warn({ sockets: cut }, 'sockets did not close in time and were cut');
  tls?.close();
  await app.close();
  await closing;
  deadline.abort();
}

/**
 * Starts csms-lite: opens the store, starts the gateway, listens for HTTP and WebSocket on one port.
 * @throws StartError with code, message and hint
 */
export async function startServer(options: ServerOptions = {}): Promise<RunningServer> {
  const startedAtMs = Date.now();
  const host = options.host ?? DEFAULT_HOST;
  const port = options.port ?? DEFAULT_PORT;
  const dataDirectory = resolve(options.dataDirectory ?? DEFAULT_DATA_DIRECTORY);
  const log = pino({ level: options.logLevel ?? 'info' }, pino.destination({ dest: 2, sync: false }));
  const proxies = trustedProxies(options.trustedProxies ?? []);
  // Behind a proxy everybody comes from this machine.
  const loopback = isLoopbackHost(host) && proxies.count === 0;
  const configured = options.tokens ?? [];
  const wanted = firebaseWanted(options.firebase);
  try {
    mkdirSync(dataDirectory, { recursive: true });
  } catch (error) {
    throw new StartError(
      'data_directory',
      `Cannot make ${dataDirectory}: ${(error as Error).message}`,
      'Choose a folder that you may write with --data.',
      error,
    );
  }
  const made = configured.length === 0 && !loopback && options.openApi !== true ? keptToken(dataDirectory) : null;
  const tokens = made === null ? configured : [made];

  const csms = await openCsms({
    databaseFile: join(dataDirectory, 'csms.sqlite'),
    acceptUnknownStations: options.openStations ?? loopback,
    // Nobody else reaches a loopback port; on a network open stations are somebody's choice.
    unsecuredStations: loopback || options.openStations === true,
    ...(options.heartbeatIntervalS === undefined ? {} : { heartbeatIntervalS: options.heartbeatIntervalS }),
    ...(options.pingIntervalS === undefined ? {} : { pingIntervalS: options.pingIntervalS }),
    ...(options.callTimeoutMs === undefined ? {} : { callTimeoutMs: options.callTimeoutMs }),
    ...(options.messageRetentionDays === undefined ? {} : { messageRetentionDays: options.messageRetentionDays }),
    trustedProxies: proxies,
    presentEvent,
    alarms: { certificateFiles: options.tls?.certificateFiles ?? [], ...options.alarms },
    log,
  });
  let firebase: FirebaseMirror | null;
  try {
    firebase = await startFirebase(wanted, csms, log);
  } catch (error) {
    await csms.close();
    throw error;
  }
  let assembled: AssembledServer;
  try {
    assembled = await assembleServer({
      csms,
      host,
      tokens,
      version: packageVersion(),
      startedAtMs,
      backups: createBackupService(dataDirectory, packageVersion()),
      firebase,
      proxies,
      logger: log,
    });
    await assembled.app.listen({ host, port });
  } catch (error) {
    await firebase?.close();
    await csms.close();
    throw listenProblem(error as NodeJS.ErrnoException, host, port);
  }
  let tls: TlsListener | null = null;
  if (options.tls !== undefined) {
    try {
      tls = await listenWithTls(options.tls, await csms.certificates.root(), assembled.app.server, host, log);
    } catch (error) {
      await closeAll(assembled, tls, csms, firebase, log);
      if (error instanceof StartError) throw error;
      throw listenProblem(error as NodeJS.ErrnoException, host, options.tls.port);
    }
  }
  const actualPort = (assembled.app.server.address() as AddressInfo).port;
  const shownHost = host.includes(':') ? `[${host}]` : host;
  const url = `http://${shownHost}:${actualPort}`;
  const isGuarded = tokens.length > 0 || (await csms.access.isOn());
  const setupCode = isGuarded ? await assembled.signIn.setupCode() : null;
  let closing: Promise<void> | null = null;
  return {
    url,
    host,
    port: actualPort,
    tlsPort: tls?.port ?? null,
    reloadTls: () => tls?.reload(),
    madeToken: made?.token ?? null,
    setupUrl: setupCode === null ? null : `${url}/setup?code=${setupCode}`,
    routes: assembled.routes,
    csms,
    close() {
      closing ??= closeAll(assembled, tls, csms, firebase, log);
      return closing;
    },
  };
}
