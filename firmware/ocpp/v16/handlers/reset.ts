import { type Handler, withAftermath } from './handler.js';

/** 1.6 §5.14, errata 3.36. */
export const reset: Handler<'Reset'> = ({ type }, context) => {
  const { accepted, begin } = context.reset.request(type);
  return accepted ? withAftermath({ status: 'Accepted' }, begin) : { status: 'Rejected' };
};
