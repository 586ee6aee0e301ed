import type { V16SentByCentralSystem } from '@tapwatt/ocpp/v16';
import type { FeatureProfile } from '../keyDefinition.js';
import { changeAvailability } from './changeAvailability.js';
import { changeConfiguration } from './changeConfiguration.js';
import { clearCache } from './clearCache.js';
import { clearChargingProfile } from './clearChargingProfile.js';
import { dataTransfer } from './dataTransfer.js';
import { getCompositeSchedule } from './getCompositeSchedule.js';
import { getConfiguration } from './getConfiguration.js';
import type { Handler } from './handler.js';
import { remoteStartTransaction } from './remoteStartTransaction.js';
import { remoteStopTransaction } from './remoteStopTransaction.js';
import { reset } from './reset.js';
import { setChargingProfile } from './setChargingProfile.js';
import { extendedTriggerMessage, triggerMessage } from './triggerMessage.js';
import { unlockConnector } from './unlockConnector.js';

export interface Entry<A extends V16SentByCentralSystem> {
  profile: FeatureProfile;
  handle: Handler<A>;
}

export type HandlerTable = { readonly [A in V16SentByCentralSystem]?: Entry<A> };

/** Every action that this charge point serves, and the feature profile that it belongs to. */
export const HANDLERS: HandlerTable = {
  ChangeAvailability: { profile: 'Core', handle: changeAvailability },
  ChangeConfiguration: { profile: 'Core', handle: changeConfiguration },
  ClearCache: { profile: 'Core', handle: clearCache },
  ClearChargingProfile: { profile: 'SmartCharging', handle: clearChargingProfile },
  DataTransfer: { profile: 'Core', handle: dataTransfer },
  ExtendedTriggerMessage: { profile: 'Core', handle: extendedTriggerMessage },
  GetCompositeSchedule: { profile: 'SmartCharging', handle: getCompositeSchedule },
  GetConfiguration: { profile: 'Core', handle: getConfiguration },
  RemoteStartTransaction: { profile: 'Core', handle: remoteStartTransaction },
  RemoteStopTransaction: { profile: 'Core', handle: remoteStopTransaction },
  Reset: { profile: 'Core', handle: reset },
  SetChargingProfile: { profile: 'SmartCharging', handle: setChargingProfile },
  TriggerMessage: { profile: 'RemoteTrigger', handle: triggerMessage },
  UnlockConnector: { profile: 'Core', handle: unlockConnector },
};
