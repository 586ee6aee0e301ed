import { type CompiledRoute, route } from './router.js';
import type { ControlTarget } from './target.js';

const nothing = { type: 'object', additionalProperties: false } as const;
const object = (properties: object, required: readonly string[] = []) => ({ ...nothing, properties, required });

/** Routes that are always there, but for GET /events, which is a stream (eventStream.ts). */
export const routes: readonly CompiledRoute<ControlTarget>[] = [
  route<ControlTarget, object>({
    method: 'GET',
    path: '/state',
    schema: nothing,
    answer: (target) => target.state(),
  }),
  route<ControlTarget, { limit: number }>({
    method: 'GET',
    path: '/transactions',
    schema: {
      type: 'object',
      additionalProperties: false,
      properties: { limit: { type: 'integer', minimum: 1, maximum: 10_000, default: 50 } },
    },
    answer: (target, { limit }) => target.transactions(limit),
  }),
  route<ControlTarget, object>({
    method: 'GET',
    path: '/queue',
    schema: nothing,
    answer: (target) => target.queue(),
  }),
  route<ControlTarget, object>({
    method: 'POST',
    path: '/reload',
    schema: nothing,
    answer: (target) => target.reload(),
  }),
  route<ControlTarget, { messageId: string | null }>({
    method: 'POST',
    path: '/queue/retry',
    schema: object({ messageId: { type: ['string', 'null'], default: null } }),
    answer: (target, { messageId }) => target.station({ q: 'queue-retry', messageId }),
  }),
  route<ControlTarget, object>({
    method: 'GET',
    path: '/tags',
    schema: nothing,
    answer: (target) => target.station({ q: 'tags' }),
  }),
  route<ControlTarget, { idTag: string; status: 'Accepted' | 'Blocked' | 'Expired' | 'Invalid' | null }>({
    method: 'POST',
    path: '/tags',
    // CiString20 (1.6 §7.28); null takes it off the list.
    schema: object(
      {
        idTag: { type: 'string', minLength: 1, maxLength: 20 },
        status: { enum: ['Accepted', 'Blocked', 'Expired', 'Invalid', null] },
      },
      ['idTag', 'status'],
    ),
    answer: (target, { idTag, status }) => target.station({ q: 'tag-set', idTag, status }),
  }),
  route<ControlTarget, object>({
    method: 'GET',
    path: '/keys',
    schema: nothing,
    answer: (target) => target.station({ q: 'keys' }),
  }),
  route<ControlTarget, { key: string; value: string }>({
    method: 'POST',
    path: '/keys',
    schema: object({ key: { type: 'string', minLength: 1 }, value: { type: 'string' } }, ['key', 'value']),
    answer: (target, { key, value }) => target.station({ q: 'key-set', key, value }),
  }),
];
