import type { Command } from '../../core/model.js';
import type { CommandDescription } from '../../core/services.js';
import { type ApiContext, type CpParams, cpParams, documented } from '../context.js';
import { linkNext, listQuery, type PageQuery } from '../paging.js';
import { presentCommand, presentPage } from '../present.js';
import { commandSchema, listOf } from '../schemas/resources.js';

const tags = ['commands'];

function commandBodies(descriptions: readonly CommandDescription[]): object {
  return {
    anyOf: descriptions.map((description) => ({
      title: `${description.name} (${description.versions.join(', ')})`,
      ...description.bodySchema,
    })),
  };
}

/**
 * Commands. The body depends on the command and on the charge point's OCPP version, so the command service checks it;
 * the route only documents the same schemas. A Rejected answer, a CALLERROR or a timeout is a 2xx with the command.
 */
export function commandRoutes({ app, csms }: ApiContext): void {
  const descriptions = csms.commands.describe();
  app.post<{ Params: CpParams & { command: string }; Querystring: { wait: number } }>(
    '/charge-points/:chargePointId/commands/:command',
    {
      ...documented({
        summary: 'send one OCPP call to the charge point',
        description:
          'Waits up to `wait` seconds for the answer: 200 when it came (completed or failed), 202 while it is pending. ' +
          'What OCPP lets the charge point refuse goes on the wire.',
        tags,
        params: {
          type: 'object',
          properties: { ...cpParams.properties, command: { type: 'string' } },
        },
        querystring: {
          type: 'object',
          properties: { wait: { type: 'integer', minimum: 0, maximum: 60, default: 10, description: 'seconds' } },
        },
        response: { 200: commandSchema, 202: commandSchema },
      }),
      config: { openapiBody: commandBodies(descriptions) },
    },
    async (request, reply) => {
      const { chargePointId, command: name } = request.params;
      const command = await csms.commands.send(chargePointId, name, request.body ?? {}, {
        waitMs: request.query.wait * 1000,
        actor: request.actor,
      });
      const view = presentCommand(command);
      return reply
        .code(command.status === 'pending' ? 202 : 200)
        .header('location', `/api/v1/commands/${encodeURIComponent(command.id)}`)
        .send(view);
    },
  );

  app.get<{ Params: { commandId: string } }>(
    '/commands/:commandId',
    documented({
      summary: 'a command’s outcome later',
      tags,
      params: { type: 'object', properties: { commandId: { type: 'string' } } },
      response: { 200: commandSchema },
    }),
    async (request) => presentCommand(await csms.commands.get(request.params.commandId)),
  );

  app.get<{ Querystring: PageQuery & { chargePointId?: string; status?: Command['status'] } }>(
    '/commands',
    documented({
      summary: 'commands, newest first',
      tags,
      querystring: listQuery({
        chargePointId: { type: 'string' },
        status: { enum: ['pending', 'completed', 'failed'] },
      }),
      response: { 200: listOf(commandSchema) },
    }),
    async (request, reply) => {
      const page = await csms.commands.list(request.query);
      linkNext(request, reply, page);
      return presentPage(page, presentCommand);
    },
  );

  app.get(
    '/command-descriptions',
    documented({
      summary: 'every command with its OCPP action, versions and the JSON Schema of its body',
      tags,
      response: { 200: listOf({ type: 'object' }) },
    }),
    () => ({ items: descriptions, total: descriptions.length }),
  );
}
