import { resolve } from 'node:path';
import { isLoopbackHost } from '../../core/loopback.js';
import type { FirebaseOptions } from '../../firebase/configuration.js';
import { DEFAULT_TLS_PORT, packageVersion, type ServerOptions } from '../../server/options.js';
import { startServer } from '../../server/server.js';
import { endOnSignals, reloadOnHangUp } from '../../server/signals.js';

export interface ServeOptions {
  host: string;
  port: number;
  data: string;
  openStations?: boolean;
  token?: string;
  openApi?: boolean;
  tlsPort?: number;
  tlsCert?: string[];
  tlsKey?: string[];
  tlsClientCa?: string[];
  trustedProxy?: string[];
  firebaseCredentials?: string;
  firebaseDatabase?: string;
  heartbeat?: number;
  callTimeout?: number;
  keepMessages?: number;
  logLevel: NonNullable<ServerOptions['logLevel']>;
  json?: boolean;
}

/** The option, else the variable; an empty one is none. */
function given(option: string | undefined, variable: string): string | undefined {
  const value = option ?? process.env[variable];
  return value === '' ? undefined : value;
}

function firebaseOptions(options: ServeOptions): FirebaseOptions {
  const credentialsFile = given(options.firebaseCredentials, 'CSMS_LITE_FIREBASE_CREDENTIALS');
  const databaseUrl = given(options.firebaseDatabase, 'CSMS_LITE_FIREBASE_DATABASE');
  return {
    ...(credentialsFile === undefined ? {} : { credentialsFile }),
    ...(databaseUrl === undefined ? {} : { databaseUrl }),
  };
}

function toServerOptions(options: ServeOptions): ServerOptions {
  const token = options.token ?? process.env.CSMS_LITE_TOKEN;
  return {
    host: options.host,
    port: options.port,
    dataDirectory: options.data,
    logLevel: options.logLevel,
    firebase: firebaseOptions(options),
    tokens: token === undefined || token === '' ? [] : [{ name: 'configured', token }],
    ...(options.openStations === undefined ? {} : { openStations: options.openStations }),
    ...(options.openApi === undefined ? {} : { openApi: options.openApi }),
    ...(options.trustedProxy === undefined ? {} : { trustedProxies: options.trustedProxy }),
    ...(options.tlsPort === undefined && options.tlsCert === undefined
      ? {}
      : {
          tls: {
            port: options.tlsPort ?? DEFAULT_TLS_PORT,
            certificateFiles: options.tlsCert ?? [],
            keyFiles: options.tlsKey ?? [],
            clientAuthorityFiles: options.tlsClientCa ?? [],
          },
        }),
    ...(options.heartbeat === undefined ? {} : { heartbeatIntervalS: options.heartbeat }),
    ...(options.keepMessages === undefined ? {} : { messageRetentionDays: options.keepMessages }),
    ...(options.callTimeout === undefined ? {} : { callTimeoutMs: options.callTimeout * 1000 }),
  };
}

/** Runs the server until SIGINT or SIGTERM. */
export async function serve(options: ServeOptions): Promise<void> {
  const server = await startServer(toServerOptions(options));
  const ocppUrl = `${server.url.replace(/^http/, 'ws')}/ocpp/`;
  endOnSignals(() => server.close());
  reloadOnHangUp(() => server.reloadTls());
  if (options.json === true) {
    process.stdout.write(
      `${JSON.stringify({ url: server.url, ocppUrl, port: server.port, tlsPort: server.tlsPort, pid: process.pid })}\n`,
    );
    return;
  }
  const secureUrl = server.tlsPort === null ? null : `wss://${options.host}:${server.tlsPort}/ocpp/`;
  const lines = [
    `csms-lite ${packageVersion()}`,
    `  dashboard      ${server.url}/`,
    `  charge points  ${ocppUrl}{chargePointId}`,
    ...(secureUrl === null ? [] : [`  with TLS       ${secureUrl}{chargePointId}`]),
    `  data           ${resolve(options.data)}`,
  ];
  if (server.setupUrl !== null)
    lines.push(`  set up         ${server.setupUrl}   (makes the first administrator, once)`);
  if (server.madeToken !== null) lines.push(`  token          ${server.madeToken}`);
  else if (options.openApi === true && !isLoopbackHost(options.host))
    lines.push('  WARNING        no token: everybody on this network may command the charge points');
  process.stdout.write(`${lines.join('\n')}\n`);
}
