import type { Settings } from '../../core/services.js';
import { type ApiContext, documented } from '../context.js';
import { linkNext, listQuery, type PageQuery } from '../paging.js';
import { isoTime, presentFileJob, presentPage } from '../present.js';

const settingsSchema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    acceptUnknownStations: { type: 'boolean', description: 'true registers a charge point that is not known' },
    keepLocalLists: { type: 'boolean', description: 'true: the local lists of charge points follow the tags' },
    unsecuredStations: {
      type: 'boolean',
      description: 'true: registered without password or security profile means profile 0; false: a key is made',
    },
    heartbeatIntervalS: { type: 'integer', minimum: 1, description: 'told in BootNotification.conf' },
    messageRetentionDays: { type: 'integer', minimum: 1, description: 'how long the message log is kept' },
    driverPages: { type: 'boolean', description: 'the pages for drivers and the public board, without sign-in' },
    driverStart: {
      enum: ['nobody', 'card', 'anyone'],
      description:
        'who may start and stop there: nobody; who knows the number of an accepted card; anyone, on driverIdTag',
    },
    driverIdTag: { type: 'string', maxLength: 20, description: 'the tag of sessions that anyone may start' },
    firebaseUid: {
      enum: ['masked', 'hidden', 'full'],
      description: 'what of a card’s number Firebase gets, where everybody can read it',
    },
    publicUrl: {
      type: 'string',
      description: 'origin that QR codes lead to; empty: as the operator reached the server',
    },
  },
};
const list = { 200: { type: 'object' } };

/** The audit log, file jobs, settings and figures of the server. */
export function recordRoutes({ app, csms }: ApiContext): void {
  app.get<{ Querystring: PageQuery & { subject?: string } }>(
    '/audit',
    documented({
      summary: 'who did what, newest first',
      tags: ['server'],
      querystring: listQuery({ subject: { type: 'string' } }),
      response: list,
    }),
    async (request, reply) => {
      const page = await csms.records.audit(request.query);
      linkNext(request, reply, page);
      return presentPage(page, ({ atMs, ...rest }) => ({ ...rest, at: isoTime(atMs) }));
    },
  );

  app.get<{ Querystring: PageQuery & { chargePointId?: string } }>(
    '/file-jobs',
    documented({
      summary: 'firmware updates and log uploads, newest first',
      tags: ['charge points'],
      querystring: listQuery({ chargePointId: { type: 'string' } }),
      response: list,
    }),
    async (request, reply) => {
      const page = await csms.records.fileJobs(request.query);
      linkNext(request, reply, page);
      return presentPage(page, presentFileJob);
    },
  );

  app.get(
    '/settings',
    documented({
      summary: 'values that can be changed while running',
      tags: ['server'],
      response: { 200: settingsSchema },
    }),
    () => csms.settings.get(),
  );

  app.patch<{ Body: Partial<Settings> }>(
    '/settings',
    {
      ...documented({
        summary: 'change some of them',
        tags: ['server'],
        body: settingsSchema,
        response: { 200: settingsSchema },
      }),
      config: { role: 'admin' },
    },
    (request) => csms.settings.update(request.body, request.actor),
  );

  app.get(
    '/figures',
    documented({ summary: 'sockets, queue depths and sizes', tags: ['server'], response: list }),
    () => csms.figures(),
  );
}
