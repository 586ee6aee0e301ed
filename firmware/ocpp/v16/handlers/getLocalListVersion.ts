import type { Handler } from './handler.js';

/** 1.6 §5.10: -1 while the list is off (TC_042_1), 0 while it is empty (TC_042_2). */
export const getLocalListVersion: Handler<'GetLocalListVersion'> = (_request, { localList }) => ({
  listVersion: localList.version(),
});
