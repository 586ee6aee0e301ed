import { readFileSync } from 'node:fs';
import type { ChargePointConfig } from '../config/config.js';
import { createMaintenance, type Maintenance } from '../maintenance/maintenance.js';
import type { Link } from '../ocpp/link.js';
import type { V16Client } from '../ocpp/v16/client.js';
import { createSecurity, type Security } from '../security/security.js';
import type { Availability } from './availability.js';
import type { Core } from './core.js';
import type { OpenedJournal } from './journal/journal.js';
import type { Reset } from './reset.js';

export interface CareOptions {
  core: Core;
  config: ChargePointConfig;
  opened: OpenedJournal;
  /** Made after this; asked only once the station runs. */
  client: () => V16Client;
  link: () => Link;
  reset: () => Reset;
  availability: Pick<Availability, 'hold'>;
}

/** Security and maintenance of the station, put together. */
export interface Care {
  security: Security;
  maintenance: Maintenance;
  start(): void;
  stop(): void;
}

export function createCare({ core, config, opened, client, link, reset, availability }: CareOptions): Care {
  const request = (action: string, payload: object) => client().request(action, payload);
  const kick = (): void => client().kick();
  const security = createSecurity({
    ...core,
    config,
    opened,
    readFile: (path) => readFileSync(path),
    kick,
    isOnline: () => client().isOnline,
    request,
    reconnect: (reason) => {
      link()
        .reconnect(reason)
        .catch((error: unknown) => core.failed(error, 'reconnecting'));
    },
  });
  const maintenance = createMaintenance({
    ...core,
    config,
    security,
    kick,
    request,
    hold: availability.hold,
    restart: () => reset().request('Soft', 'New firmware was installed: a soft reset makes it run').begin(),
  });
  return {
    security,
    maintenance,
    start() {
      security.start();
      maintenance.start();
    },
    stop() {
      security.stop();
      maintenance.stop();
    },
  };
}
