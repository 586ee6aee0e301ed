import type { UpgradeLimitOptions } from './access/upgrade-limits.js';
import type { AlarmOptions } from './alarms/alarms.js';
import type { TrustedProxies } from './proxies.js';
import type { DelivererOptions } from './webhooks/deliverer.js';
import type { PresentEvent } from './webhooks/outbox.js';

/** What `openCsms` can be told. */
export interface CsmsOptions {
  /** Path of the SQLite file; its folder is made. */
  databaseFile: string;
  /**
   * What happens to a charge point that is not registered: true registers it, false keeps a knock. It is the initial
   * value of the setting of that name; a later change of the setting wins. Default false; pass
   * `isLoopbackHost(host)` so that a laptop works out of the box and a server on a network does not stand open.
   */
  acceptUnknownStations?: boolean;
  /** Initial value of the setting of that name. Default: as `acceptUnknownStations`. */
  unsecuredStations?: boolean;
  /** Heartbeat interval told in BootNotification.conf. Initial value of the setting. Default 300 s. */
  heartbeatIntervalS?: number;
  /** WebSocket pings; a charge point that misses one is disconnected. Default 30 s. */
  pingIntervalS?: number;
  /** How long a charge point may take to answer a command. Default 30 s. */
  callTimeoutMs?: number;
  /** How long frames are kept in the message log. Initial value of the setting. Default 30 days. */
  messageRetentionDays?: number;
  /** Reverse proxies (addresses, networks) whose X-Forwarded-For and -Proto count. Default none. */
  trustedProxies?: TrustedProxies;
  /** How often strangers may try to connect. */
  upgradeLimits?: UpgradeLimitOptions;
  /** When old messages and the like are forgotten: a cron expression, local time. Default: every hour. */
  cleanUpSchedule?: string;
  /** When insights are computed: a cron expression, local time. Default: every hour. */
  insightSchedule?: string;
  /** What webhooks are sent of an event; default: the event itself. */
  presentEvent?: PresentEvent;
  webhooks?: DelivererOptions;
  alarms?: AlarmOptions;
  /** For warnings and failures that no caller sees. Default: JSON lines on stderr. */
  log?: LogSink;
}

export interface LogSink {
  warn(facts: object, message: string): void;
  error(facts: object, message: string): void;
}
