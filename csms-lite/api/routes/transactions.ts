import { Readable } from 'node:stream';
import type { Transaction } from '../../core/model.js';
import { SESSION_COLUMNS } from '../../core/transactions/export.js';
import { type ApiContext, documented, idParams } from '../context.js';
import { csvLine } from '../csv.js';
import { integerId, linkNext, listQuery, type PageQuery } from '../paging.js';
import { presentPage, presentSample, presentTransaction, presentTransactionEvent } from '../present.js';
import { closeTransactionSchema, listOf, transactionSchema } from '../schemas/resources.js';

const tags = ['transactions'];

type TransactionQuery = PageQuery & { chargePointId?: string; idTag?: string; status?: Transaction['status'] };

/** The list: registered here and, as the seeds' `/transactions`, at the root. */
export function transactionListRoute({ app, csms }: ApiContext, url: string, hide = false): void {
  app.get<{ Querystring: TransactionQuery }>(
    url,
    documented({
      summary: 'sessions, newest first',
      tags,
      hide,
      querystring: listQuery({
        chargePointId: { type: 'string' },
        idTag: { type: 'string' },
        status: { enum: ['active', 'completed'] },
      }),
      response: { 200: listOf(transactionSchema) },
    }),
    async (request, reply) => {
      const page = await csms.transactions.list(request.query);
      linkNext(request, reply, page);
      return presentPage(page, presentTransaction);
    },
  );
}

interface ExportQuery {
  chargePointId?: string;
  idTag?: string;
  from?: string;
  to?: string;
}

/** Written while it is read: a million sessions never stand in memory. */
function csvRoute({ app, csms }: ApiContext): void {
  app.get<{ Querystring: ExportQuery }>(
    '/transactions.csv',
    documented({
      summary: 'completed sessions with their cost as CSV, oldest first',
      tags,
      querystring: {
        type: 'object',
        properties: {
          chargePointId: { type: 'string' },
          idTag: { type: 'string' },
          from: { type: 'string', format: 'date-time', description: 'began at or after' },
          to: { type: 'string', format: 'date-time', description: 'began before' },
        },
      },
      response: { 200: { description: 'text/csv', type: 'string' } },
    }),
    (request, reply) => {
      const { from, to, ...rest } = request.query;
      const filter = {
        ...rest,
        ...(from === undefined ? {} : { fromMs: Date.parse(from) }),
        ...(to === undefined ? {} : { toMs: Date.parse(to) }),
      };
      const lines = async function* (): AsyncGenerator<string> {
        yield csvLine(SESSION_COLUMNS);
        for await (const part of csms.transactions.export(filter))
          yield part.map((record) => csvLine(SESSION_COLUMNS.map((column) => record[column]))).join('');
      };
      return reply
        .type('text/csv; charset=utf-8; header=present')
        .header('content-disposition', 'attachment; filename="sessions.csv"')
        .send(Readable.from(lines()));
    },
  );
}

export function transactionRoutes(context: ApiContext): void {
  const { app, csms } = context;
  transactionListRoute(context, '/transactions');

  csvRoute(context);

  app.get<{ Params: { id: string } }>(
    '/transactions/:id',
    documented({ summary: 'one session', tags, params: idParams, response: { 200: transactionSchema } }),
    async (request) =>
      presentTransaction(await csms.transactions.get(integerId(request.params.id, 'transaction_not_found'))),
  );

  app.post<{ Params: { id: string }; Body: { reason?: string } | null | undefined }>(
    '/transactions/:id/close',
    documented({
      summary: 'administrative close of a stale session; nothing goes on the wire',
      tags,
      params: idParams,
      body: closeTransactionSchema,
      response: { 200: transactionSchema },
    }),
    async (request) => {
      const id = integerId(request.params.id, 'transaction_not_found');
      const reason = request.body?.reason;
      return presentTransaction(
        await csms.transactions.close(id, reason === undefined ? {} : { reason }, request.actor),
      );
    },
  );

  app.get<{ Params: { id: string }; Querystring: { measurand?: string; limit: number } }>(
    '/transactions/:id/samples',
    documented({
      summary: 'meter samples by time of measurement, oldest first, in base units with the raw value',
      tags,
      params: idParams,
      querystring: {
        type: 'object',
        properties: {
          measurand: { type: 'string' },
          limit: { type: 'integer', minimum: 1, maximum: 100_000, default: 20_000 },
        },
      },
      response: { 200: listOf({ type: 'object' }) },
    }),
    async (request) => {
      const id = integerId(request.params.id, 'transaction_not_found');
      const items = (await csms.transactions.samples(id, request.query)).map(presentSample);
      return { items, total: items.length };
    },
  );

  app.get<{ Params: { id: string } }>(
    '/transactions/:id/events',
    documented({
      summary: 'what the charge point said about it, as it was on the wire, oldest first',
      tags,
      params: idParams,
      response: { 200: listOf({ type: 'object' }) },
    }),
    async (request) => {
      const id = integerId(request.params.id, 'transaction_not_found');
      const items = (await csms.transactions.events(id)).map(presentTransactionEvent);
      return { items, total: items.length };
    },
  );
}
