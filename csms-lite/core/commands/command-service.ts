import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LateAnswer } from '@tapwatt/ocpp';
import { audit } from '../audit.js';
import { commit } from '../commit.js';
import type { Core } from '../core.js';
import { ServiceError } from '../errors.js';
import type { Command, RegistrationStatus } from '../model.js';
import { pageOf } from '../paging.js';
import type { CommandService } from '../services.js';
import { changesOf, commandUpdated } from './announce.js';
import { checkPayload, readBody } from './body.js';
import { findCommand, redacted, toCommand } from './command-store.js';
import type { Body, BuiltCall, Changed, CommandContext, CommandDefinition } from './definition.js';
import { GONE, type Outcome, outcomeOfError } from './outcome.js';
import { COMMANDS } from './table.js';

export interface CommandCentre extends CommandService {
  /** An answer after the timeout: it is the truth about that command. */
  late(stationId: string, answer: LateAnswer): Promise<void>;
  /** Commands that wait or are on the wire. */
  readonly pending: number;
  /** Resolves when none is. */
  idle(): Promise<void>;
}

interface Queued {
  id: string;
  stationId: string;
  definition: CommandDefinition;
  action: string;
  payload: Body;
  reservationId: number | null;
}

export function createCommandCentre(core: Core): CommandCentre {
  /** The end of each charge point's queue. */
  const tails = new Map<string, Promise<void>>();
  const running = new Map<string, { queued: Queued; done: Promise<Command> }>();

  const submit = async (stationId: string, name: string, given: unknown, actor: string): Promise<Queued> => {
    const station = await core.store.read
      .selectFrom('station')
      .selectAll()
      .where('id', '=', stationId)
      .executeTakeFirst();
    if (station === undefined)
      throw new ServiceError(
        'charge_point_not_found',
        `There is no charge point ${stationId}.`,
        'GET /charge-points lists them.',
      );
    const definition = COMMANDS.get(name);
    if (definition === undefined)
      throw new ServiceError(
        'command_not_found',
        `There is no command ${name}.`,
        'GET /command-descriptions lists them.',
      );
    const version = core.links.get(stationId)?.connection.version ?? station.ocpp_version ?? '1.6';
    if (!definition.versions.includes(version))
      throw new ServiceError(
        'operation_not_supported',
        `${name} is not part of OCPP ${version}, which ${stationId} speaks.`,
        `It needs OCPP ${definition.versions.join(' or ')}.`,
      );
    const body = readBody(definition, given);
    const prepared = (await definition.prepare?.(body, core)) ?? null;
    const nowMs = core.nowMs();
    const id = randomUUID();
    // What the command creates is committed with it, and only if it can be sent.
    const built = await commit(core, async (db, announce) => {
      const context = { core, db, commandId: id, stationId, nowMs, prepared };
      const call = await build(definition, body, context);
      checkPayload(version, call.action, call.payload);
      requireAccepted(stationId, call.action, station.boot_status);
      if (core.links.get(stationId) === null)
        throw new ServiceError('charge_point_offline', `${stationId} is not connected.`, 'Send it again when it is.');
      await db
        .insertInto('command')
        .values({
          id,
          station_id: stationId,
          name,
          action: call.action,
          request: JSON.stringify(redacted(call.action, call.payload)),
          status: 'pending',
          response: null,
          error: null,
          created_at_ms: nowMs,
          sent_at_ms: null,
          completed_at_ms: null,
          late_answer_at_ms: null,
          tx_id: null,
          reservation_id: call.reservationId ?? null,
          actor,
        })
        .execute();
      await audit(db, {
        atMs: nowMs,
        actor,
        action: `command.${name}`,
        subject: stationId,
        details: { commandId: id },
      });
      for (const event of await changesOf(core, db, stationId, call.changed ?? {})) announce(event);
      for (const event of await commandUpdated(db, id)) announce(event);
      return call;
    });
    return {
      id,
      stationId,
      definition,
      action: built.action,
      payload: built.payload as Body,
      reservationId: built.reservationId ?? null,
    };
  };

  /** Sends when everything before it is done. Never rejects: failures are the command's outcome. */
  const enqueue = (queued: Queued): Promise<Command> => {
    const previous = tails.get(queued.stationId) ?? Promise.resolve();
    const done = previous.then(() => execute(queued));
    const tail = done.then(
      () => undefined,
      (error: unknown) =>
        core.log.error({ err: error, commandId: queued.id }, 'the outcome of a command could not be stored'),
    );
    tails.set(queued.stationId, tail);
    running.set(queued.id, { queued, done });
    void tail.then(() => {
      running.delete(queued.id);
      if (tails.get(queued.stationId) === tail) tails.delete(queued.stationId);
    });
    return done;
  };

  const execute = async (queued: Queued): Promise<Command> => {
    const link = core.links.get(queued.stationId);
    const sentAtMs = link === null ? null : core.nowMs();
    let outcome: Outcome = GONE;
    if (link !== null) {
      try {
        const response = await link.connection.call(queued.action, queued.payload, { messageId: queued.id });
        outcome = { kind: 'answered', response, error: null };
      } catch (error) {
        outcome = outcomeOfError(error);
      }
    }
    return await finish(queued, outcome, sentAtMs);
  };

  const finish = async (queued: Queued, outcome: Outcome, sentAtMs: number | null): Promise<Command> => {
    const nowMs = core.nowMs();
    return await commit(core, async (db, announce) => {
      const context = { core, db, commandId: queued.id, stationId: queued.stationId, nowMs, prepared: null };
      const changed = await consequences(queued, outcome, context);
      const row = await db
        .updateTable('command')
        .set({
          status: outcome.kind === 'answered' ? 'completed' : 'failed',
          response: outcome.kind === 'answered' ? JSON.stringify(outcome.response) : null,
          error: outcome.error === null ? null : JSON.stringify(outcome.error),
          sent_at_ms: sentAtMs,
          completed_at_ms: nowMs,
        })
        .where('id', '=', queued.id)
        .returningAll()
        .executeTakeFirstOrThrow();
      const command = toCommand(row);
      announce({ type: 'command.updated', command });
      for (const event of await changesOf(core, db, queued.stationId, changed)) announce(event);
      return command;
    });
  };

  return {
    describe: () =>
      [...COMMANDS.values()].map(({ name, action, versions, body }) => ({
        name,
        action: action ?? '(any)',
        versions,
        bodySchema: body,
      })),
    async send(stationId, name, given, { waitMs = 30_000, actor }) {
      const queued = await submit(stationId, name, given, actor);
      const done = enqueue(queued);
      const waiting = new AbortController();
      const timeUp = sleep(waitMs, null, { signal: waiting.signal }).catch(() => null);
      const command = await Promise.race([done, timeUp]);
      waiting.abort();
      return command ?? (await this.get(queued.id));
    },
    async get(id) {
      const command = await findCommand(core.store.read, id);
      if (command === null)
        throw new ServiceError(
          'command_not_found',
          `There is no command with the id ${id}.`,
          'GET /commands lists them.',
        );
      return command;
    },
    async list(filter) {
      const { limit, offset } = pageOf(filter);
      let query = core.store.read.selectFrom('command');
      if (filter?.chargePointId !== undefined) query = query.where('station_id', '=', filter.chargePointId);
      if (filter?.status !== undefined) query = query.where('status', '=', filter.status);
      const [rows, count] = await Promise.all([
        query.selectAll().orderBy('seq', 'desc').limit(limit).offset(offset).execute(),
        query.select((select) => select.fn.countAll().as('total')).executeTakeFirstOrThrow(),
      ]);
      return { items: rows.map(toCommand), total: Number(count.total) };
    },
    async late(stationId, { messageId, answer }) {
      const nowMs = core.nowMs();
      await commit(core, async (db, announce) => {
        const row = await db
          .selectFrom('command')
          .selectAll()
          .where('id', '=', messageId)
          .where('station_id', '=', stationId)
          .executeTakeFirst();
        if (row === undefined) return;
        const definition = COMMANDS.get(row.name);
        const outcome: Outcome =
          answer.kind === 'result'
            ? { kind: 'answered', response: answer.payload, error: null }
            : { kind: 'failed', certain: true, error: { code: answer.errorCode, description: answer.description } };
        const sent = { definition, payload: toCommand(row).request as Body, reservationId: row.reservation_id };
        const changed = await consequences(sent, outcome, {
          core,
          db,
          commandId: row.id,
          stationId,
          nowMs,
          prepared: null,
        });
        const late = outcome.kind === 'answered' ? { response: JSON.stringify(outcome.response) } : {};
        const updated = await db
          .updateTable('command')
          .set({ ...late, late_answer_at_ms: nowMs })
          .where('id', '=', row.id)
          .returningAll()
          .executeTakeFirstOrThrow();
        announce({ type: 'command.updated', command: toCommand(updated) });
        for (const event of await changesOf(core, db, stationId, changed)) announce(event);
      });
    },
    get pending() {
      return running.size;
    },
    async idle() {
      while (tails.size > 0) await Promise.all(tails.values());
    },
  };
}

/**
 * What 1.6 §4.2 forbids us: any CALL after Rejected, remote start and stop after Pending.
 * @throws ServiceError charge_point_not_accepted
 */
function requireAccepted(stationId: string, action: string, bootStatus: RegistrationStatus | null): void {
  const remote = action === 'RemoteStartTransaction' || action === 'RemoteStopTransaction';
  if (bootStatus !== 'Rejected' && !(bootStatus === 'Pending' && remote)) return;
  throw new ServiceError(
    'charge_point_not_accepted',
    `The last boot of ${stationId} was answered ${bootStatus}: OCPP 1.6 §4.2 does not allow ${action} now.`,
    'Set its registrationStatus to Accepted (PUT /charge-points/{id}); it counts from its next boot on.',
  );
}

async function build(
  definition: CommandDefinition,
  body: Body,
  context: CommandContext,
): Promise<BuiltCall & { action: string }> {
  const built: BuiltCall = (await definition.build?.(body, context)) ?? { payload: body };
  return { ...built, action: built.action ?? definition.action ?? '' };
}

async function consequences(
  sent: { definition: CommandDefinition | undefined; payload: Body; reservationId: number | null },
  outcome: Outcome,
  context: CommandContext,
): Promise<Changed> {
  const call = { request: sent.payload, reservationId: sent.reservationId };
  if (outcome.kind === 'answered')
    return (await sent.definition?.answered?.({ ...call, response: outcome.response as Body }, context)) ?? {};
  return outcome.certain ? ((await sent.definition?.refused?.(call, context)) ?? {}) : {};
}
