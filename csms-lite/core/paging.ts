import { ServiceError } from './errors.js';
import type { PageRequest } from './model.js';

/** @throws ServiceError invalid_request when limit or offset is not a whole number in range */
export function pageOf(request: PageRequest | undefined): { limit: number; offset: number } {
  const limit = request?.limit ?? 50;
  const offset = request?.offset ?? 0;
  if (!Number.isInteger(limit) || limit < 0 || limit > 1000)
    throw new ServiceError(
      'invalid_request',
      `limit ${limit} is not a whole number from 0 to 1000`,
      'Ask for at most 1000 at a time.',
    );
  if (!Number.isInteger(offset) || offset < 0)
    throw new ServiceError('invalid_request', `offset ${offset} is not a whole number from 0`, 'Begin with 0.');
  return { limit, offset };
}
