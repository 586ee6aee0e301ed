import { type CompiledRoute, route } from './router.js';
import type { ControlTarget } from './target.js';

const nothing = { type: 'object', additionalProperties: false } as const;

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
];
