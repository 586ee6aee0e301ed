import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import {
  type Connection,
  type ConnectionHooks,
  type ConnectionInfo,
  type ConnectionReport,
  createOcppServer,
} from '@tapwatt/ocpp';
import type { CommandCentre } from '../core/commands/command-service.js';
import { commit } from '../core/commit.js';
import type { Core, StationLink } from '../core/core.js';
import type { Dispatcher } from '../core/handlers/dispatcher.js';
import { rememberKnock } from '../core/knocks/knock-store.js';
import type { MessageLogWriter } from '../core/messages/message-log.js';
import { findStation } from '../core/stations/view.js';
import { type AdmissionContext, type AdmissionOptions, admit } from './admission.js';
import { createFramePairing } from './frame-log.js';
import type { Registry } from './registry.js';

export interface GatewayParts {
  core: Core;
  registry: Registry;
  dispatcher: Dispatcher;
  commands: CommandCentre;
  messages: MessageLogWriter;
  options: AdmissionOptions;
}

export interface Gateway {
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Closes every charge point's socket with 1001. */
  close(): Promise<void>;
}

/** Close code for a socket whose charge point has come with a newer one (private use range, RFC 6455 §7.4.2). */
const REPLACED = 4001;
/** Where a quirk has no action. */
const FRAME = '(connection)';

/** Charge points' side of csms-lite: lets them in, keeps one connection each, brings their messages to the core. */
export function createGateway(parts: GatewayParts): Gateway {
  const { core, registry, options } = parts;
  /** What has to be written before the database is closed. */
  const pending = new Set<Promise<void>>();
  const background = (work: Promise<void>, what: string): void => {
    const done = work
      .catch((error: unknown) => core.log.error({ err: error }, what))
      .finally(() => pending.delete(done));
    pending.add(done);
  };

  const onConnection = (connection: Connection, info: ConnectionInfo<AdmissionContext>): ConnectionHooks => {
    const nowMs = core.nowMs();
    const link: StationLink = {
      stationId: connection.identity,
      connection,
      remoteAddress: info.context.remoteAddress,
      origin: info.context.origin,
      connectedAtMs: nowMs,
      lastSeenAtMs: nowMs,
    };
    if (info.subprotocol === null) {
      const message = 'no subprotocol was offered; taken for ocpp1.6';
      const quirk = { chargePointId: link.stationId, action: FRAME, where: 'connection', path: '', message } as const;
      core.quirks.note({ ...quirk, verdict: info.context.verdict }, nowMs);
    }
    const replaced = registry.set(link);
    if (replaced !== null) void replaced.connection.close(REPLACED, 'the charge point connected anew');
    core.clocks.restart(link.stationId);
    background(announceConnected(core, link), 'a connection could not be noted');
    connection.onClose((close) => {
      if (registry.remove(link))
        background(announceGone(core, link, close), 'the end of a connection could not be noted');
    });
    return hooksOf(parts, link);
  };

  const server = createOcppServer<AdmissionContext>({
    versions: ['1.6'],
    path: '/ocpp',
    // Ids are checked in admission, so that a wrong one is kept as a knock with all that is known of it.
    identityPattern: /^[\s\S]{1,200}$/,
    admit: (request) => admit(core, request, options),
    onConnection,
    onRefused: ({ identity, remoteAddress, reason, httpStatus, error }) => {
      if (error !== undefined) core.log.error({ err: error, identity, remoteAddress }, reason);
      // Everything else has been kept by admission.
      const isUnreadable = httpStatus === 400 && identity === null;
      if (isUnreadable && options.limits.admits(remoteAddress, '')) {
        options.limits.refused(remoteAddress, '');
        background(keepUnreadable(core, remoteAddress), 'a knock could not be kept');
      }
    },
  });

  return {
    handleUpgrade: (request, socket, head) => server.handleUpgrade(request, socket, head),
    async close() {
      await server.close(1001, 'csms-lite is closing');
      while (pending.size > 0) await Promise.all(pending);
    },
  };
}

function hooksOf({ core, dispatcher, commands, messages }: GatewayParts, link: StationLink): ConnectionHooks {
  const pair = createFramePairing(link.stationId);
  return {
    supportedActions: dispatcher.actions,
    handler: dispatcher.handlerFor(link),
    onFrame(frame) {
      if (frame.direction === 'in') link.lastSeenAtMs = frame.atMs;
      messages.record(pair(frame));
    },
    onLateAnswer(late) {
      commands
        .late(link.stationId, late)
        .catch((error: unknown) => core.log.error({ err: error }, 'a late answer could not be stored'));
    },
    onReport(report) {
      const facts = { chargePointId: link.stationId, ...report };
      noteQuirk(core, link.stationId, report);
      if (report.kind === 'handler-failed')
        core.log.error({ ...facts, err: report.error }, 'a message could not be handled');
      else if (report.kind === 'invalid-response') core.log.error(facts, 'our own answer breaks the schema');
      else core.log.warn(facts, 'a charge point misbehaved');
    },
  };
}

/** What a charge point did against the protocol is shown with it, also where it was served. */
function noteQuirk(core: Core, chargePointId: string, report: ConnectionReport): void {
  const atMs = core.nowMs();
  if (report.kind === 'invalid-payload') {
    const { action, of: where, verdict } = report;
    for (const { path, message } of report.violations)
      core.quirks.note({ chargePointId, action, where, path, message, verdict }, atMs);
  } else if (report.kind === 'bad-frame') {
    const message = report.reason;
    core.quirks.note({ chargePointId, action: FRAME, where: 'connection', path: '', message, verdict: 'strict' }, atMs);
  }
}

async function announceConnected(core: Core, link: StationLink): Promise<void> {
  await core.store.write((db) =>
    db
      .updateTable('station')
      .set({ ocpp_version: link.connection.version, last_seen_at_ms: link.connectedAtMs })
      .where('id', '=', link.stationId)
      .execute(),
  );
  const station = await findStation(core, link.stationId);
  if (station !== null && core.links.get(link.stationId) === link)
    core.events.publish({ type: 'station.connected', station });
  await core.sessions.prepare(link.stationId);
}

async function announceGone(core: Core, link: StationLink, close: { code: number; reason: string }): Promise<void> {
  await core.store.write((db) =>
    db.updateTable('station').set({ last_seen_at_ms: link.lastSeenAtMs }).where('id', '=', link.stationId).execute(),
  );
  const station = await findStation(core, link.stationId);
  if (station !== null && !station.connected) core.events.publish({ type: 'station.disconnected', station, ...close });
}

async function keepUnreadable(core: Core, remoteAddress: string): Promise<void> {
  await commit(core, async (db, announce) => {
    const knock = await rememberKnock(db, {
      stationId: '',
      remoteAddress,
      subprotocols: [],
      credentialsGiven: false,
      reason: 'malformed-url',
      atMs: core.nowMs(),
    });
    announce({ type: 'knock', knock });
  });
}
