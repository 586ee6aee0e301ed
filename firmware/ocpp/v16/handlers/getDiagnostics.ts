import { type Handler, withAftermath } from './handler.js';

/** 1.6 §5.9: the name goes in the answer, the upload begins after it. */
export const getDiagnostics: Handler<'GetDiagnostics'> = (request, { maintenance }) => {
  const { fileName, begin } = maintenance.getDiagnostics(request);
  return withAftermath({ fileName }, begin);
};
