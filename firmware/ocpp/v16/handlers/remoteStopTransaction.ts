import type { Handler } from './handler.js';

/** 1.6 §5.12, errata 3.33; Rejected for a transaction that does not run (TC_028). */
export const remoteStopTransaction: Handler<'RemoteStopTransaction'> = ({ transactionId }, context) => ({
  status: context.isAccepted() ? context.remote.stop(transactionId) : 'Rejected',
});
