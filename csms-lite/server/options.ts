import { readFileSync } from 'node:fs';
import type { ApiToken } from '../api/auth.js';
import type { AlarmOptions } from '../core/alarms/alarms.js';
import type { FirebaseOptions } from '../firebase/configuration.js';
import type { TlsOptions } from './tls.js';

/** Everything `startServer` can be told. */
export interface ServerOptions {
  /** Default 127.0.0.1. */
  host?: string;
  /** Default 8180; 0 takes a free one. */
  port?: number;
  /** Folder of the database and of `api-token`. Default `var/csms-lite` under the current folder. */
  dataDirectory?: string;
  /** Default info. */
  logLevel?: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'silent';
  /** Secrets for API and pages. Empty: no authentication, which is allowed on loopback only unless `openApi`. */
  tokens?: readonly ApiToken[];
  /** On a network without any token: everyone who reaches the port may command the charge points. */
  openApi?: boolean;
  /** Charge points that are not registered are registered when they connect. Default: on loopback yes, else no. */
  openStations?: boolean;
  /** Addresses or networks of reverse proxies whose X-Forwarded-For and -Proto count. Default: none. */
  trustedProxies?: readonly string[];
  /** A second port with TLS. */
  tls?: TlsOptions;
  /** For tests: how often alarms are looked at, how mails are gathered. */
  alarms?: AlarmOptions;
  /** Default: none, unless the environment names an emulator. */
  firebase?: FirebaseOptions;
  heartbeatIntervalS?: number;
  pingIntervalS?: number;
  callTimeoutMs?: number;
  /** How long the message log is kept. Default 30; the setting wins. */
  messageRetentionDays?: number;
}

export const DEFAULT_HOST = '127.0.0.1';
export const DEFAULT_PORT = 8180;
export const DEFAULT_TLS_PORT = 8543;
export const DEFAULT_DATA_DIRECTORY = 'var/csms-lite';

/** The version in package.json, which stands two folders above the compiled file. */
export function packageVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
