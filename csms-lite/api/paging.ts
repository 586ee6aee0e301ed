import type { FastifyReply, FastifyRequest } from 'fastify';
import { Problem } from './problem.js';

export interface PageQuery {
  limit: number;
  offset: number;
}

/** Query members of every list. */
export const pageProperties = {
  limit: { type: 'integer', minimum: 1, maximum: 1000, default: 50 },
  offset: { type: 'integer', minimum: 0, default: 0 },
} as const;

/** The schema of a list's query: paging and its filters. */
export function listQuery(filters: Record<string, object> = {}): object {
  return { type: 'object', properties: { ...filters, ...pageProperties } };
}

/** `Link: <…>; rel="next"` (RFC 8288) where the list goes on. */
export function linkNext(
  request: FastifyRequest,
  reply: FastifyReply,
  page: { items: unknown[]; total: number },
): void {
  const { limit, offset } = request.query as PageQuery;
  const next = offset + page.items.length;
  if (page.items.length < limit || next >= page.total) return;
  const url = new URL(request.url, 'http://localhost');
  url.searchParams.set('limit', String(limit));
  url.searchParams.set('offset', String(next));
  void reply.header('link', `<${url.pathname}${url.search}>; rel="next"`);
}

/**
 * A resource id that must be an integer. What is no integer names nothing, so it is not found.
 * @throws Problem with `code`
 */
export function integerId(
  text: string,
  code:
    | 'alarm_not_found'
    | 'transaction_not_found'
    | 'reservation_not_found'
    | 'charging_profile_not_found'
    | 'knock_not_found'
    | 'upload_not_found'
    | 'firmware_not_found'
    | 'tariff_not_found'
    | 'user_not_found'
    | 'webhook_not_found',
): number {
  const id = Number(text);
  if (!/^-?\d{1,15}$/.test(text) || !Number.isSafeInteger(id))
    throw new Problem(code, `There is none with id ${text}.`);
  return id;
}
