import type { Handler } from './handler.js';

/** 1.6 §5.4; Rejected where there is no cache (errata 3.23). */
export const clearCache: Handler<'ClearCache'> = (_request, context) => ({
  status: context.authorization.clearCache() ? 'Accepted' : 'Rejected',
});
