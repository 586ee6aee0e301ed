import { readIdTagInfo } from '../translate/idTagInfo.js';
import type { Handler } from './handler.js';

/** 1.6 §5.15, §6.41. */
export const sendLocalList: Handler<'SendLocalList'> = (
  { listVersion, localAuthorizationList, updateType },
  { localList },
) => ({
  status: localList.update({
    version: listVersion,
    full: updateType === 'Full',
    entries: (localAuthorizationList ?? []).map((entry) => ({ idTag: entry.idTag, info: readIdTagInfo(entry) })),
  }),
});
