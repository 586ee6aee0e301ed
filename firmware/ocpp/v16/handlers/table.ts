import type { V16SentByCentralSystem } from '@tapwatt/ocpp/v16';
import type { FeatureProfile } from '../keyDefinition.js';
import { cancelReservation } from './cancelReservation.js';
import {
  certificateSigned,
  deleteCertificate,
  getInstalledCertificateIds,
  installCertificate,
} from './certificates.js';
import { changeAvailability } from './changeAvailability.js';
import { changeConfiguration } from './changeConfiguration.js';
import { clearCache } from './clearCache.js';
import { clearChargingProfile } from './clearChargingProfile.js';
import { dataTransfer } from './dataTransfer.js';
import { getCompositeSchedule } from './getCompositeSchedule.js';
import { getConfiguration } from './getConfiguration.js';
import { getDiagnostics } from './getDiagnostics.js';
import { getLocalListVersion } from './getLocalListVersion.js';
import { getLog } from './getLog.js';
import type { Handler } from './handler.js';
import { remoteStartTransaction } from './remoteStartTransaction.js';
import { remoteStopTransaction } from './remoteStopTransaction.js';
import { reserveNow } from './reserveNow.js';
import { reset } from './reset.js';
import { sendLocalList } from './sendLocalList.js';
import { setChargingProfile } from './setChargingProfile.js';
import { signedUpdateFirmware } from './signedUpdateFirmware.js';
import { extendedTriggerMessage, triggerMessage } from './triggerMessage.js';
import { unlockConnector } from './unlockConnector.js';
import { updateFirmware } from './updateFirmware.js';

export interface Entry<A extends V16SentByCentralSystem> {
  profile: FeatureProfile;
  handle: Handler<A>;
}

export type HandlerTable = { readonly [A in V16SentByCentralSystem]?: Entry<A> };

/** Every action that this charge point serves, and the feature profile that it belongs to. */
export const HANDLERS: HandlerTable = {
  CertificateSigned: { profile: 'Core', handle: certificateSigned },
  CancelReservation: { profile: 'Reservation', handle: cancelReservation },
  ChangeAvailability: { profile: 'Core', handle: changeAvailability },
  ChangeConfiguration: { profile: 'Core', handle: changeConfiguration },
  ClearCache: { profile: 'Core', handle: clearCache },
  ClearChargingProfile: { profile: 'SmartCharging', handle: clearChargingProfile },
  DataTransfer: { profile: 'Core', handle: dataTransfer },
  DeleteCertificate: { profile: 'Core', handle: deleteCertificate },
  ExtendedTriggerMessage: { profile: 'Core', handle: extendedTriggerMessage },
  GetCompositeSchedule: { profile: 'SmartCharging', handle: getCompositeSchedule },
  GetConfiguration: { profile: 'Core', handle: getConfiguration },
  GetDiagnostics: { profile: 'FirmwareManagement', handle: getDiagnostics },
  GetInstalledCertificateIds: { profile: 'Core', handle: getInstalledCertificateIds },
  GetLocalListVersion: { profile: 'LocalAuthListManagement', handle: getLocalListVersion },
  GetLog: { profile: 'Core', handle: getLog },
  InstallCertificate: { profile: 'Core', handle: installCertificate },
  RemoteStartTransaction: { profile: 'Core', handle: remoteStartTransaction },
  RemoteStopTransaction: { profile: 'Core', handle: remoteStopTransaction },
  ReserveNow: { profile: 'Reservation', handle: reserveNow },
  Reset: { profile: 'Core', handle: reset },
  SendLocalList: { profile: 'LocalAuthListManagement', handle: sendLocalList },
  SetChargingProfile: { profile: 'SmartCharging', handle: setChargingProfile },
  SignedUpdateFirmware: { profile: 'FirmwareManagement', handle: signedUpdateFirmware },
  TriggerMessage: { profile: 'RemoteTrigger', handle: triggerMessage },
  UnlockConnector: { profile: 'Core', handle: unlockConnector },
  UpdateFirmware: { profile: 'FirmwareManagement', handle: updateFirmware },
};
