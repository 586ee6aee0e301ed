import { type Handler, withAftermath } from './handler.js';

/** 1.6 §5.3; unknown keys are NotSupported (TC_040_1), values that do not fit are Rejected (TC_040_2). */
export const changeConfiguration: Handler<'ChangeConfiguration'> = ({ key, value }, { configuration }) => {
  const { status, after } = configuration.change(key, value);
  return after === undefined ? { status } : withAftermath({ status }, after);
};
