import type { Handler } from './handler.js';

/** 1.6 §5.18, §7.46: NotSupported for a fixed cable (TC_018_2) and for an unknown connector (TC_031). */
export const unlockConnector: Handler<'UnlockConnector'> = async ({ connectorId }, context) => {
  const facts = context.connectors.facts(connectorId);
  if (facts === null || !facts.hasLock) return { status: 'NotSupported' };
  return { status: await context.locks.unlock(connectorId) };
};
