import type { TariffSnapshot } from '../../core/tariffs/cost.js';
import { amountText, exponentOf, priceText, writeDecimal } from '../../core/tariffs/money.js';
import type { AssignmentWrite, Tariff, TariffWrite } from '../../core/tariffs/tariff-service.js';
import type { SessionCost } from '../../core/wallets/cost-service.js';
import { type ApiContext, type CpParams, cpParams, documented, idParams } from '../context.js';
import { integerId, linkNext, listQuery, type PageQuery } from '../paging.js';
import { isoTime, presentPage } from '../present.js';
import { listOf } from '../schemas/resources.js';

const tags = ['tariffs'];
const price = { type: 'string', description: 'decimal text in the major unit, at most 6 decimals: "0.2745"' };
const prices = {
  pricePerKwh: price,
  pricePerMinute: { ...price, description: 'while the car may charge' },
  pricePerSession: price,
  pricePerIdleMinute: { ...price, description: 'connected after charging ended (SuspendedEV, Finishing)' },
  idleGraceMinutes: { type: 'integer', minimum: 0 },
  taxPercent: { type: 'string', description: '"19"' },
  pricesIncludeTax: { type: 'boolean', description: 'true when absent' },
  hold: { type: 'string', description: 'reserved in the wallet while a session runs; "5" when absent' },
};
const writeSchema = {
  type: 'object',
  required: ['name'],
  additionalProperties: false,
  properties: {
    name: { type: 'string' },
    currency: { type: 'string', description: 'ISO 4217; EUR when absent' },
    ...prices,
    validFrom: { type: 'string', format: 'date-time', description: 'now when absent' },
  },
};
const versionSchema = {
  type: 'object',
  properties: {
    tariffId: { type: 'integer' },
    version: { type: 'integer' },
    name: { type: 'string' },
    currency: { type: 'string' },
    ...prices,
    validFrom: { type: 'string' },
  },
};
const tariffSchema = {
  type: 'object',
  required: ['id', 'current'],
  properties: {
    id: { type: 'integer' },
    archived: { type: 'boolean' },
    current: versionSchema,
    versions: { type: 'array', items: versionSchema },
  },
};
const assignmentSchema = {
  type: 'object',
  properties: {
    kind: { enum: ['site', 'station', 'connector'] },
    target: { type: 'string', description: 'id of the site or the charge point' },
    connectorId: { type: 'integer', description: '0 unless kind is connector' },
    tariffId: { type: 'integer' },
  },
};
const costSchema = {
  type: 'object',
  properties: {
    transactionId: { type: 'integer' },
    currency: { type: ['string', 'null'] },
    exponent: { type: ['integer', 'null'], description: 'digits after the point' },
    tariff: { type: ['object', 'null'], description: 'frozen at the start; null: charging was free' },
    lines: { type: 'array', items: { type: 'object' } },
    netMinor: { type: 'integer' },
    taxMinor: { type: 'integer' },
    totalMinor: { type: 'integer' },
    total: { type: 'string', description: 'as people write it' },
    paidMinor: { type: 'integer' },
    owedMinor: { type: 'integer' },
    heldMinor: { type: 'integer' },
    userId: { type: ['integer', 'null'] },
    final: { type: 'boolean', description: 'false: it runs, or idle time may be added' },
  },
};

export function presentPrices(tariff: TariffSnapshot): object {
  const { currency } = tariff;
  return {
    tariffId: tariff.tariffId,
    version: tariff.version,
    name: tariff.name,
    currency,
    pricePerKwh: priceText(tariff.perKwhMicros, currency),
    pricePerMinute: priceText(tariff.perMinuteMicros, currency),
    pricePerSession: priceText(tariff.perSessionMicros, currency),
    pricePerIdleMinute: priceText(tariff.perIdleMinuteMicros, currency),
    idleGraceMinutes: tariff.idleGraceMinutes,
    taxPercent: writeDecimal(tariff.taxBasisPoints, 2, 0),
    pricesIncludeTax: tariff.pricesIncludeTax,
    hold: amountText(tariff.holdMinor, currency),
  };
}

function presentTariff({ id, archived, current, versions }: Tariff): object {
  const version = (one: Tariff['current']): object => ({ ...presentPrices(one), validFrom: isoTime(one.validFromMs) });
  return { id, archived, current: version(current), versions: versions.map(version) };
}

export function presentCost(session: SessionCost): object {
  const { cost, tariff } = session;
  const currency = cost?.currency ?? null;
  return {
    transactionId: session.transactionId,
    currency,
    exponent: currency === null ? null : exponentOf(currency),
    tariff: tariff === null ? null : presentPrices(tariff),
    lines: (cost?.lines ?? []).map(({ kind, quantity, priceMicros, amountMinor }) => ({
      kind,
      quantity,
      unit: kind === 'energy' ? 'Wh' : kind === 'session' ? 'session' : 'ms',
      price: priceText(priceMicros, currency ?? 'EUR'),
      amountMinor,
    })),
    netMinor: cost?.netMinor ?? 0,
    taxMinor: cost?.taxMinor ?? 0,
    totalMinor: cost?.totalMinor ?? 0,
    ...(cost === null ? {} : { total: amountText(cost.totalMinor, cost.currency) }),
    paidMinor: session.paidMinor,
    owedMinor: session.owedMinor,
    heldMinor: session.heldMinor,
    userId: session.userId,
    final: session.isFinal,
  };
}

type TariffBody = Omit<TariffWrite, 'validFromMs'> & { validFrom?: string };
type ById = { Params: { id: string } };

function toWrite({ validFrom, ...body }: TariffBody): TariffWrite {
  return validFrom === undefined ? body : { ...body, validFromMs: Date.parse(validFrom) };
}

/** Prices, where they hold, and what sessions cost by them. */
export function tariffRoutes({ app, csms }: ApiContext): void {
  const config = { role: 'admin' } as const;

  app.get<{ Querystring: PageQuery }>(
    '/tariffs',
    documented({
      summary: 'tariffs, newest first',
      tags,
      querystring: listQuery(),
      response: { 200: listOf(tariffSchema) },
    }),
    async (request, reply) => {
      const page = await csms.tariffs.list(request.query);
      linkNext(request, reply, page);
      return presentPage(page, presentTariff);
    },
  );

  app.post<{ Body: TariffBody }>(
    '/tariffs',
    { ...documented({ summary: 'make a tariff', tags, body: writeSchema, response: { 201: tariffSchema } }), config },
    async (request, reply) => {
      const tariff = await csms.tariffs.create(toWrite(request.body), request.actor);
      return reply.code(201).header('location', `/api/v1/tariffs/${tariff.id}`).send(presentTariff(tariff));
    },
  );

  app.get<ById>(
    '/tariffs/:id',
    documented({ summary: 'one tariff with its versions', tags, params: idParams, response: { 200: tariffSchema } }),
    async (request) => presentTariff(await csms.tariffs.get(integerId(request.params.id, 'tariff_not_found'))),
  );

  app.put<ById & { Body: TariffBody }>(
    '/tariffs/:id',
    {
      ...documented({
        summary: 'new prices: a new version; sessions that have begun keep theirs',
        tags,
        params: idParams,
        body: writeSchema,
        response: { 200: tariffSchema },
      }),
      config,
    },
    async (request) => {
      const id = integerId(request.params.id, 'tariff_not_found');
      return presentTariff(await csms.tariffs.change(id, toWrite(request.body), request.actor));
    },
  );

  app.delete<ById>(
    '/tariffs/:id',
    {
      ...documented({
        summary: 'archive it and take its assignments away',
        tags,
        params: idParams,
        response: { 204: {} },
      }),
      config,
    },
    async (request, reply) => {
      await csms.tariffs.archive(integerId(request.params.id, 'tariff_not_found'), request.actor);
      return reply.code(204).send();
    },
  );

  app.get(
    '/tariff-assignments',
    documented({ summary: 'which tariff holds where', tags, response: { 200: listOf(assignmentSchema) } }),
    async () => {
      const items = await csms.tariffs.assignments();
      return { items, total: items.length };
    },
  );

  app.put<{ Body: AssignmentWrite }>(
    '/tariff-assignments',
    {
      ...documented({
        summary: 'assign a tariff to a site, a charge point or one connector; the nearest one holds',
        tags,
        body: {
          type: 'object',
          required: ['tariffId'],
          additionalProperties: false,
          properties: {
            siteId: { type: 'string', description: 'the one site of a small installation is "default"' },
            chargePointId: { type: 'string' },
            connectorId: { type: 'integer', minimum: 1 },
            tariffId: { type: ['integer', 'null'], description: 'null takes it away' },
          },
        },
        response: { 200: listOf(assignmentSchema) },
      }),
      config,
    },
    async (request) => {
      const items = await csms.tariffs.assign(request.body, request.actor);
      return { items, total: items.length };
    },
  );

  app.get<{ Params: CpParams; Querystring: { connectorId: number } }>(
    '/charge-points/:chargePointId/tariff',
    documented({
      summary: 'what a session that starts now would cost by; null: charging is free',
      tags,
      params: cpParams,
      querystring: { type: 'object', properties: { connectorId: { type: 'integer', default: 1 } } },
      response: { 200: { type: 'object', properties: { tariff: { type: ['object', 'null'] } } } },
    }),
    async (request) => {
      const { chargePointId } = request.params;
      await csms.stations.get(chargePointId);
      const tariff = await csms.tariffs.effective(chargePointId, request.query.connectorId);
      return { tariff: tariff === null ? null : presentPrices(tariff) };
    },
  );

  app.get<ById>(
    '/transactions/:id/cost',
    documented({
      summary: 'what the session costs, so far or in the end',
      tags,
      params: idParams,
      response: { 200: costSchema },
    }),
    async (request) => presentCost(await csms.costs.get(integerId(request.params.id, 'transaction_not_found'))),
  );
}
