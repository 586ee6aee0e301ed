import { type Handler, withAftermath } from './handler.js';

/** White paper N01. */
export const getLog: Handler<'GetLog'> = (request, { maintenance }) => {
  const answer = maintenance.getLog(request);
  if (answer.status === 'Rejected') return { status: 'Rejected' };
  return withAftermath({ status: answer.status, filename: answer.filename }, answer.begin);
};
