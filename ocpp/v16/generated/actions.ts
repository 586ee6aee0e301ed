// Made by ocpp/scripts/generate.mjs from ocpp-rpc/lib/schemas/ocpp1_6.json. Do not edit.

import type * as messages from './messages.js';

/** Request and response payload of every action. */
export interface V16Actions {
  Authorize: { request: messages.AuthorizeRequest; response: messages.AuthorizeResponse };
  BootNotification: { request: messages.BootNotificationRequest; response: messages.BootNotificationResponse };
  CancelReservation: { request: messages.CancelReservationRequest; response: messages.CancelReservationResponse };
  CertificateSigned: { request: messages.CertificateSignedRequest; response: messages.CertificateSignedResponse };
  ChangeAvailability: { request: messages.ChangeAvailabilityRequest; response: messages.ChangeAvailabilityResponse };
  ChangeConfiguration: { request: messages.ChangeConfigurationRequest; response: messages.ChangeConfigurationResponse };
  ClearCache: { request: messages.ClearCacheRequest; response: messages.ClearCacheResponse };
  ClearChargingProfile: { request: messages.ClearChargingProfileRequest; response: messages.ClearChargingProfileResponse };
  DataTransfer: { request: messages.DataTransferRequest; response: messages.DataTransferResponse };
  DeleteCertificate: { request: messages.DeleteCertificateRequest; response: messages.DeleteCertificateResponse };
  DiagnosticsStatusNotification: { request: messages.DiagnosticsStatusNotificationRequest; response: messages.DiagnosticsStatusNotificationResponse };
  ExtendedTriggerMessage: { request: messages.ExtendedTriggerMessageRequest; response: messages.ExtendedTriggerMessageResponse };
  FirmwareStatusNotification: { request: messages.FirmwareStatusNotificationRequest; response: messages.FirmwareStatusNotificationResponse };
  GetCompositeSchedule: { request: messages.GetCompositeScheduleRequest; response: messages.GetCompositeScheduleResponse };
  GetConfiguration: { request: messages.GetConfigurationRequest; response: messages.GetConfigurationResponse };
  GetDiagnostics: { request: messages.GetDiagnosticsRequest; response: messages.GetDiagnosticsResponse };
  GetInstalledCertificateIds: { request: messages.GetInstalledCertificateIdsRequest; response: messages.GetInstalledCertificateIdsResponse };
  GetLocalListVersion: { request: messages.GetLocalListVersionRequest; response: messages.GetLocalListVersionResponse };
  GetLog: { request: messages.GetLogRequest; response: messages.GetLogResponse };
  Heartbeat: { request: messages.HeartbeatRequest; response: messages.HeartbeatResponse };
  InstallCertificate: { request: messages.InstallCertificateRequest; response: messages.InstallCertificateResponse };
  LogStatusNotification: { request: messages.LogStatusNotificationRequest; response: messages.LogStatusNotificationResponse };
  MeterValues: { request: messages.MeterValuesRequest; response: messages.MeterValuesResponse };
  RemoteStartTransaction: { request: messages.RemoteStartTransactionRequest; response: messages.RemoteStartTransactionResponse };
  RemoteStopTransaction: { request: messages.RemoteStopTransactionRequest; response: messages.RemoteStopTransactionResponse };
  ReserveNow: { request: messages.ReserveNowRequest; response: messages.ReserveNowResponse };
  Reset: { request: messages.ResetRequest; response: messages.ResetResponse };
  SecurityEventNotification: { request: messages.SecurityEventNotificationRequest; response: messages.SecurityEventNotificationResponse };
  SendLocalList: { request: messages.SendLocalListRequest; response: messages.SendLocalListResponse };
  SetChargingProfile: { request: messages.SetChargingProfileRequest; response: messages.SetChargingProfileResponse };
  SignCertificate: { request: messages.SignCertificateRequest; response: messages.SignCertificateResponse };
  SignedFirmwareStatusNotification: { request: messages.SignedFirmwareStatusNotificationRequest; response: messages.SignedFirmwareStatusNotificationResponse };
  SignedUpdateFirmware: { request: messages.SignedUpdateFirmwareRequest; response: messages.SignedUpdateFirmwareResponse };
  StartTransaction: { request: messages.StartTransactionRequest; response: messages.StartTransactionResponse };
  StatusNotification: { request: messages.StatusNotificationRequest; response: messages.StatusNotificationResponse };
  StopTransaction: { request: messages.StopTransactionRequest; response: messages.StopTransactionResponse };
  TriggerMessage: { request: messages.TriggerMessageRequest; response: messages.TriggerMessageResponse };
  UnlockConnector: { request: messages.UnlockConnectorRequest; response: messages.UnlockConnectorResponse };
  UpdateFirmware: { request: messages.UpdateFirmwareRequest; response: messages.UpdateFirmwareResponse };
}

export type V16Action = keyof V16Actions;

/** CALLs that a charge point may send. */
export const V16_SENT_BY_CHARGE_POINT = [
  'Authorize',
  'BootNotification',
  'DataTransfer',
  'DiagnosticsStatusNotification',
  'FirmwareStatusNotification',
  'Heartbeat',
  'LogStatusNotification',
  'MeterValues',
  'SecurityEventNotification',
  'SignCertificate',
  'SignedFirmwareStatusNotification',
  'StartTransaction',
  'StatusNotification',
  'StopTransaction',
] as const;

/** CALLs that a central system may send. */
export const V16_SENT_BY_CENTRAL_SYSTEM = [
  'CancelReservation',
  'CertificateSigned',
  'ChangeAvailability',
  'ChangeConfiguration',
  'ClearCache',
  'ClearChargingProfile',
  'DataTransfer',
  'DeleteCertificate',
  'ExtendedTriggerMessage',
  'GetCompositeSchedule',
  'GetConfiguration',
  'GetDiagnostics',
  'GetInstalledCertificateIds',
  'GetLocalListVersion',
  'GetLog',
  'InstallCertificate',
  'RemoteStartTransaction',
  'RemoteStopTransaction',
  'ReserveNow',
  'Reset',
  'SendLocalList',
  'SetChargingProfile',
  'SignedUpdateFirmware',
  'TriggerMessage',
  'UnlockConnector',
  'UpdateFirmware',
] as const;

export type V16SentByChargePoint = (typeof V16_SENT_BY_CHARGE_POINT)[number];
export type V16SentByCentralSystem = (typeof V16_SENT_BY_CENTRAL_SYSTEM)[number];
