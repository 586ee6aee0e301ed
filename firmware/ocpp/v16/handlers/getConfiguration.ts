import { CallError } from '@tapwatt/ocpp';
import type { Handler } from './handler.js';

/** 1.6 §5.8: all keys, or those asked for; GetConfigurationMaxKeys limits what one request may name. */
export const getConfiguration: Handler<'GetConfiguration'> = ({ key }, { configuration }) => {
  if (key === undefined || key.length === 0) return { configurationKey: configuration.readable() };
  const maximum = configuration.integer('GetConfigurationMaxKeys');
  if (key.length > maximum)
    throw new CallError('OccurenceConstraintViolation', `at most ${maximum} keys (GetConfigurationMaxKeys)`);
  const found = key.map((name) => ({ name, entry: configuration.find(name) }));
  const unknownKey = found.flatMap(({ name, entry }) => (entry === null ? [name] : []));
  return {
    configurationKey: found.flatMap(({ entry }) => (entry === null ? [] : [entry])),
    ...(unknownKey.length === 0 ? {} : { unknownKey }),
  };
};
