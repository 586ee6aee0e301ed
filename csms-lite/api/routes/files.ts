import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { OpenedFile } from '../../core/files/file-service.js';
import type { Csms } from '../../core/services.js';
import { type ApiContext, documented, idParams } from '../context.js';
import { integerId, linkNext, listQuery, type PageQuery } from '../paging.js';
import { presentFirmware, presentPage, presentUpload } from '../present.js';
import { listOf } from '../schemas/resources.js';

const tags = ['files'];

/** Bodies of any kind reach the handler as the stream that they are. */
function acceptStreams(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
}

/** One range of RFC 9110 §14.2; null: all of it. */
function rangeOf(header: string | undefined, sizeBytes: number): { from: number; to: number } | 'unsatisfiable' | null {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header ?? '');
  if (match === null) return null;
  const [, first = '', last = ''] = match;
  if (first === '' && last === '') return null;
  const from = first === '' ? Math.max(0, sizeBytes - Number(last)) : Number(first);
  const to = first === '' || last === '' ? sizeBytes - 1 : Math.min(Number(last), sizeBytes - 1);
  return from > to || from >= sizeBytes ? 'unsatisfiable' : { from, to };
}

function sendFile(request: FastifyRequest, reply: FastifyReply, file: OpenedFile): FastifyReply {
  const tag = `"${file.sha256}"`;
  // A partly fetched file is only continued when it is still the same.
  const same = request.headers['if-range'] === undefined || request.headers['if-range'] === tag;
  const range = same ? rangeOf(request.headers.range, file.sizeBytes) : null;
  void reply
    .type('application/octet-stream')
    .header('etag', tag)
    .header('accept-ranges', 'bytes')
    .header('cache-control', 'no-store')
    .header('content-disposition', `attachment; filename*=UTF-8''${encodeURIComponent(file.name)}`);
  if (range === 'unsatisfiable') return reply.code(416).header('content-range', `bytes */${file.sizeBytes}`).send('');
  const length = range === null ? file.sizeBytes : range.to - range.from + 1;
  void reply.header('content-length', length);
  if (range !== null) void reply.code(206).header('content-range', `bytes ${range.from}-${range.to}/${file.sizeBytes}`);
  // Fastify drops the stream of a HEAD and keeps the length.
  return reply.send(file.read(range ?? undefined));
}

type TokenParams = { token: string; '*'?: string };

/** URLs that charge points get in their commands: no token of the API, but a secret of their own. */
export function transferRoutes(app: FastifyInstance, csms: Csms): void {
  const options = {
    schema: { hide: true, summary: '' } as object,
    config: { public: true, slow: true },
  };
  void app.register((files, _options, done) => {
    acceptStreams(files);
    const receive = async (request: FastifyRequest<{ Params: TokenParams }>, reply: FastifyReply) => {
      const last = (request.params['*'] ?? '').split('/').at(-1) ?? '';
      const upload = await csms.files.receive(request.params.token, {
        contentType: request.headers['content-type'],
        fileName: last === '' ? null : last,
        body: (request.body ?? request.raw) as IncomingMessage,
      });
      return reply.code(201).send({ sizeBytes: upload.sizeBytes, sha256: upload.sha256 });
    };
    for (const url of ['/files/up/:token', '/files/up/:token/*']) {
      files.put<{ Params: TokenParams }>(url, options, receive);
      files.post<{ Params: TokenParams }>(url, options, receive);
    }
    // Fastify answers HEAD of every GET with the same handler.
    files.get<{ Params: TokenParams }>('/files/fw/:token/*', options, async (request, reply) =>
      sendFile(request, reply, await csms.files.fetch(request.params.token)),
    );
    done();
  });
}

/** What charge points have uploaded, and the firmware files that they can be told to fetch. */
export function fileRoutes(context: ApiContext): void {
  uploadRoutes(context);
  firmwareRoutes(context);
}

function uploadRoutes({ app, csms }: ApiContext): void {
  app.get<{ Querystring: PageQuery & { chargePointId?: string } }>(
    '/uploads',
    documented({
      summary: 'diagnostics and logs that charge points have uploaded here, newest first',
      tags,
      querystring: listQuery({ chargePointId: { type: 'string' } }),
      response: { 200: listOf({ type: 'object' }) },
    }),
    async (request, reply) => {
      const page = await csms.files.uploads(request.query);
      linkNext(request, reply, page);
      return presentPage(page, presentUpload);
    },
  );

  app.get<{ Params: { id: string } }>(
    '/uploads/:id',
    documented({ summary: 'one upload', tags, params: idParams, response: { 200: { type: 'object' } } }),
    async (request) => presentUpload(await csms.files.upload(integerId(request.params.id, 'upload_not_found'))),
  );

  app.get<{ Params: { id: string } }>(
    '/uploads/:id/content',
    documented({ summary: 'its bytes', tags, params: idParams }),
    async (request, reply) =>
      sendFile(request, reply, await csms.files.openUpload(integerId(request.params.id, 'upload_not_found'))),
  );

  app.delete<{ Params: { id: string } }>(
    '/uploads/:id',
    documented({ summary: 'delete it', tags, params: idParams, response: { 204: {} } }),
    async (request, reply) => {
      await csms.files.removeUpload(integerId(request.params.id, 'upload_not_found'), request.actor);
      return reply.code(204).send();
    },
  );
}

function firmwareRoutes({ app, csms }: ApiContext): void {
  app.get<{ Querystring: PageQuery }>(
    '/firmware',
    documented({
      summary: 'firmware files, newest first',
      tags,
      querystring: listQuery(),
      response: { 200: listOf({ type: 'object' }) },
    }),
    async (request, reply) => {
      const page = await csms.files.firmware(request.query);
      linkNext(request, reply, page);
      return presentPage(page, presentFirmware);
    },
  );

  void app.register((files, _options, done) => {
    acceptStreams(files);
    files.post<{ Querystring: { name: string; note?: string } }>(
      '/firmware',
      {
        ...documented({
          summary: 'upload a firmware file: its bytes are the body',
          description: 'Then update-firmware with `firmwareId` makes the charge point fetch it from here.',
          tags,
          querystring: {
            type: 'object',
            required: ['name'],
            properties: { name: { type: 'string' }, note: { type: 'string', maxLength: 500 } },
          },
          response: { 201: { type: 'object' } },
        }),
        config: { slow: true },
      },
      async (request, reply) => {
        const { name, note = null } = request.query;
        const body = (request.body ?? request.raw) as IncomingMessage;
        return reply.code(201).send(presentFirmware(await csms.files.addFirmware({ name, note, body }, request.actor)));
      },
    );
    done();
  });

  app.delete<{ Params: { id: string } }>(
    '/firmware/:id',
    documented({ summary: 'delete it', tags, params: idParams, response: { 204: {} } }),
    async (request, reply) => {
      await csms.files.removeFirmware(integerId(request.params.id, 'firmware_not_found'), request.actor);
      return reply.code(204).send();
    },
  );
}
