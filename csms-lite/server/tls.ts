import { readFileSync } from 'node:fs';
import type { Server as HttpServer } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { SecureContextOptions } from 'node:tls';
import { isDeepStrictEqual } from 'node:util';
import type { LogSink } from '../core/options.js';
import { StartError } from './start-error.js';

/** A second port, with TLS: what security profiles 2 and 3 come in by. */
export interface TlsOptions {
  port: number;
  /** PEM files; several (an RSA and an ECDSA certificate, white paper A00.FR.317) in the same order. */
  certificateFiles: readonly string[];
  keyFiles: readonly string[];
  /** PEM: authorities of client certificates besides the local one. */
  clientAuthorityFiles?: readonly string[];
  /** How often the files are looked at. Default 30 s. */
  lookEveryMs?: number;
}

function readPem(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new StartError(
      'tls_file',
      `Cannot read ${file}: ${(error as Error).message}`,
      'Give PEM files that you may read with --tls-cert, --tls-key and --tls-client-ca.',
      error,
    );
  }
}

/** A certificate that was renewed is in use soon, without a restart. */
const LOOK_EVERY_MS = 30_000;

interface Material {
  cert: Buffer[];
  key: Buffer[];
  ca: (string | Buffer)[];
}

/** @throws StartError tls_file, tls_pair */
function readMaterial(options: TlsOptions, localAuthority: string): Material {
  const { certificateFiles, keyFiles, clientAuthorityFiles = [] } = options;
  if (certificateFiles.length === 0 || certificateFiles.length !== keyFiles.length)
    throw new StartError(
      'tls_pair',
      `There are ${certificateFiles.length} certificates and ${keyFiles.length} keys for TLS.`,
      'Give one --tls-key for each --tls-cert, in the same order.',
    );
  return {
    cert: certificateFiles.map(readPem),
    key: keyFiles.map(readPem),
    ca: [localAuthority, ...clientAuthorityFiles.map(readPem)],
  };
}

/** TLS 1.2 or newer (A00.FR.312). @throws StartError tls_pair */
function withMaterial<T>(material: Material, use: (context: SecureContextOptions) => T): T {
  try {
    return use({ ...material, minVersion: 'TLSv1.2', honorCipherOrder: true });
  } catch (error) {
    throw new StartError(
      'tls_pair',
      `The TLS certificates cannot be used: ${(error as Error).message}`,
      'Check that each key belongs to its certificate, and that all are PEM.',
      error,
    );
  }
}

export interface TlsListener {
  readonly port: number;
  /**
   * Reads the files again; new connections get the new certificate, those that are open stay.
   * @throws StartError tls_file, tls_pair: what was in use stays in use
   */
  reload(): void;
  close(): void;
}

/**
 * Serves the same requests and upgrades as the plain server, over TLS. Client certificates are asked for, verified by
 * Node, and judged by the gateway: a charge point of profile 2 has none. Changed files are taken over by themselves.
 * @param localAuthority PEM of the authority that signs charge points' requests here
 * @throws StartError tls_file, tls_pair; the error of listening
 */
export async function listenWithTls(
  options: TlsOptions,
  localAuthority: string,
  plain: HttpServer,
  host: string,
  log: Pick<LogSink, 'error'> & { info(facts: object, message: string): void },
): Promise<TlsListener> {
  let material = readMaterial(options, localAuthority);
  const server = withMaterial(material, (context) =>
    createServer({ ...context, requestCert: true, rejectUnauthorized: false }),
  );
  server.headersTimeout = plain.headersTimeout;
  server.requestTimeout = plain.requestTimeout;
  server.keepAliveTimeout = plain.keepAliveTimeout;
  for (const event of ['request', 'upgrade', 'clientError'] as const)
    server.on(event, (...args: unknown[]) => void plain.emit(event, ...args));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, host, () => {
      server.removeListener('error', reject);
      resolve();
    });
  });

  const reload = (): void => {
    const next = readMaterial(options, localAuthority);
    if (isDeepStrictEqual(next, material)) return;
    withMaterial(next, (context) => server.setSecureContext(context));
    material = next;
    log.info({ certificates: options.certificateFiles }, 'the TLS certificates were read again');
  };
  let told = '';
  const timer = setInterval(() => {
    try {
      reload();
      told = '';
    } catch (error) {
      // Between the new certificate and its key they do not fit: the next look sees both.
      const { message } = error as Error;
      if (message !== told) log.error({ err: error }, 'new TLS certificates cannot be used; the old ones stay');
      told = message;
    }
  }, options.lookEveryMs ?? LOOK_EVERY_MS);
  timer.unref();
  return {
    port: (server.address() as AddressInfo).port,
    reload,
    close() {
      clearInterval(timer);
      server.close();
      server.closeAllConnections();
    },
  };
}
