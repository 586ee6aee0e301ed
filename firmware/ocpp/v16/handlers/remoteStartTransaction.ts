import type { Handler } from './handler.js';

/** 1.6 §5.11, errata 3.32; connectorId 0 is no connector to charge at (TC_027). */
export const remoteStartTransaction: Handler<'RemoteStartTransaction'> = ({ idTag, connectorId }, context) => {
  if (!context.isAccepted() || connectorId === 0) return { status: 'Rejected' };
  return { status: context.remote.start(idTag, connectorId ?? null) };
};
