import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { StartError } from './start-error.js';

/** A second port, with TLS: what security profiles 2 and 3 come in by. */
export interface TlsOptions {
  port: number;
  /** PEM files; several (an RSA and an ECDSA certificate, white paper A00.FR.317) in the same order. */
  certificateFiles: readonly string[];
  keyFiles: readonly string[];
  /** PEM: authorities of client certificates besides the local one. */
  clientAuthorityFiles?: readonly string[];
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

/**
 * TLS 1.2 or newer (A00.FR.312). Client certificates are asked for, verified by Node, and judged by the gateway: a
 * charge point of profile 2 has none.
 * @param localAuthority PEM of the authority that signs charge points' requests here
 * @throws StartError tls_file, tls_pair
 */
export function createTlsServer(options: TlsOptions, localAuthority: string): Server {
  const { certificateFiles, keyFiles, clientAuthorityFiles = [] } = options;
  if (certificateFiles.length === 0 || certificateFiles.length !== keyFiles.length)
    throw new StartError(
      'tls_pair',
      `There are ${certificateFiles.length} certificates and ${keyFiles.length} keys for TLS.`,
      'Give one --tls-key for each --tls-cert, in the same order.',
    );
  const material = {
    cert: certificateFiles.map(readPem),
    key: keyFiles.map(readPem),
    ca: [localAuthority, ...clientAuthorityFiles.map(readPem)],
  };
  try {
    return createServer({
      ...material,
      requestCert: true,
      rejectUnauthorized: false,
      minVersion: 'TLSv1.2',
      honorCipherOrder: true,
    });
  } catch (error) {
    throw new StartError(
      'tls_pair',
      `The TLS certificates cannot be used: ${(error as Error).message}`,
      'Check that each key belongs to its certificate, and that all are PEM.',
      error,
    );
  }
}

/** Serves the same requests and upgrades as the plain server. @returns the port */
export async function listenWithTls(
  server: Server,
  plain: import('node:http').Server,
  host: string,
  port: number,
): Promise<number> {
  server.headersTimeout = plain.headersTimeout;
  server.requestTimeout = plain.requestTimeout;
  server.keepAliveTimeout = plain.keepAliveTimeout;
  for (const event of ['request', 'upgrade', 'clientError'] as const)
    server.on(event, (...args: unknown[]) => void plain.emit(event, ...args));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.removeListener('error', reject);
      resolve();
    });
  });
  return (server.address() as AddressInfo).port;
}
