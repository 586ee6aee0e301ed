// Made by ocpp/scripts/generate.mjs from ocpp-rpc/lib/schemas/ocpp1_6.json. Do not edit.

export interface AuthorizationData {
  /** At most 20 characters. */
  idTag: string;
  idTagInfo?: IdTagInfo | undefined;
}

export type AuthorizationStatus =
  | 'Accepted'
  | 'Blocked'
  | 'Expired'
  | 'Invalid'
  | 'ConcurrentTx';

export type AvailabilityStatus =
  | 'Accepted'
  | 'Rejected'
  | 'Scheduled';

export type AvailabilityType =
  | 'Inoperative'
  | 'Operative';

export type CancelReservationStatus =
  | 'Accepted'
  | 'Rejected';

export interface CertificateHashDataType {
  hashAlgorithm: HashAlgorithmEnumType;
  /** At most 128 characters. */
  issuerNameHash: string;
  /** At most 128 characters. */
  issuerKeyHash: string;
  /** At most 40 characters. */
  serialNumber: string;
}

export type CertificateSignedStatusEnumType =
  | 'Accepted'
  | 'Rejected';

export type CertificateUseEnumType =
  | 'CentralSystemRootCertificate'
  | 'ManufacturerRootCertificate';

export type ChargePointErrorCode =
  | 'ConnectorLockFailure'
  | 'EVCommunicationError'
  | 'GroundFailure'
  | 'HighTemperature'
  | 'InternalError'
  | 'LocalListConflict'
  | 'NoError'
  | 'OtherError'
  | 'OverCurrentFailure'
  | 'PowerMeterFailure'
  | 'PowerSwitchFailure'
  | 'ReaderFailure'
  | 'ResetFailure'
  | 'UnderVoltage'
  | 'OverVoltage'
  | 'WeakSignal';

export type ChargePointStatus =
  | 'Available'
  | 'Preparing'
  | 'Charging'
  | 'SuspendedEVSE'
  | 'SuspendedEV'
  | 'Finishing'
  | 'Reserved'
  | 'Unavailable'
  | 'Faulted';

export interface ChargingProfile {
  /** Integer. */
  chargingProfileId: number;
  /** Integer. */
  transactionId?: number | undefined;
  /** Integer. */
  stackLevel: number;
  chargingProfilePurpose: ChargingProfilePurposeType;
  chargingProfileKind: ChargingProfileKindType;
  recurrencyKind?: RecurrencyKindType | undefined;
  /** ISO 8601. */
  validFrom?: string | undefined;
  /** ISO 8601. */
  validTo?: string | undefined;
  chargingSchedule: ChargingSchedule;
}

export type ChargingProfileKindType =
  | 'Absolute'
  | 'Recurring'
  | 'Relative';

export type ChargingProfilePurposeType =
  | 'ChargePointMaxProfile'
  | 'TxDefaultProfile'
  | 'TxProfile';

export type ChargingProfileStatus =
  | 'Accepted'
  | 'Rejected'
  | 'NotSupported';

export type ChargingRateUnitType =
  | 'A'
  | 'W';

export interface ChargingSchedule {
  /** Integer. */
  duration?: number | undefined;
  /** ISO 8601. */
  startSchedule?: string | undefined;
  chargingRateUnit: ChargingRateUnitType;
  chargingSchedulePeriod: ChargingSchedulePeriod[];
  /** Multiple of 0.1. */
  minChargingRate?: number | undefined;
}

export interface ChargingSchedulePeriod {
  /** Integer. */
  startPeriod: number;
  /** Multiple of 0.1. */
  limit: number;
  /** Integer. */
  numberPhases?: number | undefined;
}

export type ClearCacheStatus =
  | 'Accepted'
  | 'Rejected';

export type ClearChargingProfileStatus =
  | 'Accepted'
  | 'Unknown';

export type ConfigurationStatus =
  | 'Accepted'
  | 'Rejected'
  | 'RebootRequired'
  | 'NotSupported';

export type DataTransferStatus =
  | 'Accepted'
  | 'Rejected'
  | 'UnknownMessageId'
  | 'UnknownVendorId';

export type DeleteCertificateStatusEnumType =
  | 'Accepted'
  | 'Failed'
  | 'NotFound';

export type DiagnosticsStatus =
  | 'Idle'
  | 'Uploaded'
  | 'UploadFailed'
  | 'Uploading';

export type FirmwareStatus =
  | 'Downloaded'
  | 'DownloadFailed'
  | 'Downloading'
  | 'Idle'
  | 'InstallationFailed'
  | 'Installing'
  | 'Installed';

export type FirmwareStatusEnumType =
  | 'Downloaded'
  | 'DownloadFailed'
  | 'Downloading'
  | 'DownloadScheduled'
  | 'DownloadPaused'
  | 'Idle'
  | 'InstallationFailed'
  | 'Installing'
  | 'Installed'
  | 'InstallRebooting'
  | 'InstallScheduled'
  | 'InstallVerificationFailed'
  | 'InvalidSignature'
  | 'SignatureVerified';

export interface FirmwareType {
  /** At most 512 characters. */
  location: string;
  /** ISO 8601. */
  retrieveDateTime: string;
  /** ISO 8601. */
  installDateTime?: string | undefined;
  /** At most 5500 characters. */
  signingCertificate: string;
  /** At most 800 characters. */
  signature: string;
}

export type GenericStatusEnumType =
  | 'Accepted'
  | 'Rejected';

export type GetCompositeScheduleStatus =
  | 'Accepted'
  | 'Rejected';

export type GetInstalledCertificateStatusEnumType =
  | 'Accepted'
  | 'NotFound';

export type HashAlgorithmEnumType =
  | 'SHA256'
  | 'SHA384'
  | 'SHA512';

export interface IdTagInfo {
  /** ISO 8601. */
  expiryDate?: string | undefined;
  /** At most 20 characters. */
  parentIdTag?: string | undefined;
  status: AuthorizationStatus;
}

export type InstallCertificateStatusEnumType =
  | 'Accepted'
  | 'Failed'
  | 'Rejected';

export interface KeyValue {
  /** At most 50 characters. */
  key: string;
  readonly: boolean;
  /** At most 500 characters. */
  value?: string | undefined;
}

export type Location =
  | 'Cable'
  | 'EV'
  | 'Inlet'
  | 'Outlet'
  | 'Body';

export type LogEnumType =
  | 'DiagnosticsLog'
  | 'SecurityLog';

export interface LogParametersType {
  /** At most 512 characters. */
  remoteLocation: string;
  /** ISO 8601. */
  oldestTimestamp?: string | undefined;
  /** ISO 8601. */
  latestTimestamp?: string | undefined;
}

export type LogStatusEnumType =
  | 'Accepted'
  | 'Rejected'
  | 'AcceptedCanceled';

export type Measurand =
  | 'Energy.Active.Export.Register'
  | 'Energy.Active.Import.Register'
  | 'Energy.Reactive.Export.Register'
  | 'Energy.Reactive.Import.Register'
  | 'Energy.Active.Export.Interval'
  | 'Energy.Active.Import.Interval'
  | 'Energy.Reactive.Export.Interval'
  | 'Energy.Reactive.Import.Interval'
  | 'Power.Active.Export'
  | 'Power.Active.Import'
  | 'Power.Offered'
  | 'Power.Reactive.Export'
  | 'Power.Reactive.Import'
  | 'Power.Factor'
  | 'Current.Import'
  | 'Current.Export'
  | 'Current.Offered'
  | 'Voltage'
  | 'Frequency'
  | 'Temperature'
  | 'SoC'
  | 'RPM';

export type MessageTrigger =
  | 'BootNotification'
  | 'DiagnosticsStatusNotification'
  | 'FirmwareStatusNotification'
  | 'Heartbeat'
  | 'MeterValues'
  | 'StatusNotification';

export type MessageTriggerEnumType =
  | 'BootNotification'
  | 'LogStatusNotification'
  | 'FirmwareStatusNotification'
  | 'Heartbeat'
  | 'MeterValues'
  | 'SignChargePointCertificate'
  | 'StatusNotification';

export interface MeterValue {
  /** ISO 8601. */
  timestamp: string;
  sampledValue: SampledValue[];
}

export type Phase =
  | 'L1'
  | 'L2'
  | 'L3'
  | 'N'
  | 'L1-N'
  | 'L2-N'
  | 'L3-N'
  | 'L1-L2'
  | 'L2-L3'
  | 'L3-L1';

export type ReadingContext =
  | 'Interruption.Begin'
  | 'Interruption.End'
  | 'Sample.Clock'
  | 'Sample.Periodic'
  | 'Transaction.Begin'
  | 'Transaction.End'
  | 'Trigger'
  | 'Other';

export type Reason =
  | 'EmergencyStop'
  | 'EVDisconnected'
  | 'HardReset'
  | 'Local'
  | 'Other'
  | 'PowerLoss'
  | 'Reboot'
  | 'Remote'
  | 'SoftReset'
  | 'UnlockCommand'
  | 'DeAuthorized';

export type RecurrencyKindType =
  | 'Daily'
  | 'Weekly';

export type RegistrationStatus =
  | 'Accepted'
  | 'Pending'
  | 'Rejected';

export type RemoteStartStopStatus =
  | 'Accepted'
  | 'Rejected';

export type ReservationStatus =
  | 'Accepted'
  | 'Faulted'
  | 'Occupied'
  | 'Rejected'
  | 'Unavailable';

export type ResetStatus =
  | 'Accepted'
  | 'Rejected';

export type ResetType =
  | 'Hard'
  | 'Soft';

export interface SampledValue {
  value: string;
  context?: ReadingContext | undefined;
  format?: ValueFormat | undefined;
  measurand?: Measurand | undefined;
  phase?: Phase | undefined;
  location?: Location | undefined;
  unit?: UnitOfMeasure | undefined;
}

export type TriggerMessageStatus =
  | 'Accepted'
  | 'Rejected'
  | 'NotImplemented';

export type TriggerMessageStatusEnumType =
  | 'Accepted'
  | 'Rejected'
  | 'NotImplemented';

export type UnitOfMeasure =
  | 'Wh'
  | 'kWh'
  | 'varh'
  | 'kvarh'
  | 'W'
  | 'kW'
  | 'VA'
  | 'kVA'
  | 'var'
  | 'kvar'
  | 'A'
  | 'V'
  | 'K'
  | 'Celcius'
  | 'Celsius'
  | 'Fahrenheit'
  | 'Percent';

export type UnlockStatus =
  | 'Unlocked'
  | 'UnlockFailed'
  | 'NotSupported';

export type UpdateFirmwareStatusEnumType =
  | 'Accepted'
  | 'Rejected'
  | 'AcceptedCanceled'
  | 'InvalidCertificate'
  | 'RevokedCertificate';

export type UpdateStatus =
  | 'Accepted'
  | 'Failed'
  | 'NotSupported'
  | 'VersionMismatch';

export type UpdateType =
  | 'Differential'
  | 'Full';

export type UploadLogStatusEnumType =
  | 'BadMessage'
  | 'Idle'
  | 'NotSupportedOperation'
  | 'PermissionDenied'
  | 'Uploaded'
  | 'UploadFailure'
  | 'Uploading';

export type ValueFormat =
  | 'Raw'
  | 'SignedData';

export interface AuthorizeRequest {
  /** At most 20 characters. */
  idTag: string;
}

export interface AuthorizeResponse {
  idTagInfo: IdTagInfo;
}

export interface BootNotificationRequest {
  /** At most 20 characters. */
  chargePointVendor: string;
  /** At most 20 characters. */
  chargePointModel: string;
  /** At most 25 characters. */
  chargePointSerialNumber?: string | undefined;
  /** At most 25 characters. */
  chargeBoxSerialNumber?: string | undefined;
  /** At most 50 characters. */
  firmwareVersion?: string | undefined;
  /** At most 20 characters. */
  iccid?: string | undefined;
  /** At most 20 characters. */
  imsi?: string | undefined;
  /** At most 25 characters. */
  meterType?: string | undefined;
  /** At most 25 characters. */
  meterSerialNumber?: string | undefined;
}

export interface BootNotificationResponse {
  status: RegistrationStatus;
  /** ISO 8601. */
  currentTime: string;
  /** Integer. */
  interval: number;
}

export interface CancelReservationRequest {
  /** Integer. */
  reservationId: number;
}

export interface CancelReservationResponse {
  status: CancelReservationStatus;
}

export interface CertificateSignedRequest {
  /** At most 10000 characters. */
  certificateChain: string;
}

export interface CertificateSignedResponse {
  status: CertificateSignedStatusEnumType;
}

export interface ChangeAvailabilityRequest {
  /** Integer. */
  connectorId: number;
  type: AvailabilityType;
}

export interface ChangeAvailabilityResponse {
  status: AvailabilityStatus;
}

export interface ChangeConfigurationRequest {
  /** At most 50 characters. */
  key: string;
  /** At most 500 characters. */
  value: string;
}

export interface ChangeConfigurationResponse {
  status: ConfigurationStatus;
}

export type ClearCacheRequest = Record<string, never>;

export interface ClearCacheResponse {
  status: ClearCacheStatus;
}

export interface ClearChargingProfileRequest {
  /** Integer. */
  id?: number | undefined;
  /** Integer. */
  connectorId?: number | undefined;
  chargingProfilePurpose?: ChargingProfilePurposeType | undefined;
  /** Integer. */
  stackLevel?: number | undefined;
}

export interface ClearChargingProfileResponse {
  status: ClearChargingProfileStatus;
}

export interface DataTransferRequest {
  /** At most 255 characters. */
  vendorId: string;
  /** At most 50 characters. */
  messageId?: string | undefined;
  data?: string | undefined;
}

export interface DataTransferResponse {
  status: DataTransferStatus;
  data?: string | undefined;
}

export interface DeleteCertificateRequest {
  certificateHashData: CertificateHashDataType;
}

export interface DeleteCertificateResponse {
  status: DeleteCertificateStatusEnumType;
}

export interface DiagnosticsStatusNotificationRequest {
  status: DiagnosticsStatus;
}

export type DiagnosticsStatusNotificationResponse = Record<string, never>;

export interface ExtendedTriggerMessageRequest {
  requestedMessage: MessageTriggerEnumType;
  /** Integer. */
  connectorId?: number | undefined;
}

export interface ExtendedTriggerMessageResponse {
  status: TriggerMessageStatusEnumType;
}

export interface FirmwareStatusNotificationRequest {
  status: FirmwareStatus;
}

export type FirmwareStatusNotificationResponse = Record<string, never>;

export interface GetCompositeScheduleRequest {
  /** Integer. */
  connectorId: number;
  /** Integer. */
  duration: number;
  chargingRateUnit?: ChargingRateUnitType | undefined;
}

export interface GetCompositeScheduleResponse {
  status: GetCompositeScheduleStatus;
  /** Integer. */
  connectorId?: number | undefined;
  /** ISO 8601. */
  scheduleStart?: string | undefined;
  chargingSchedule?: ChargingSchedule | undefined;
}

export interface GetConfigurationRequest {
  /** Each at most 50 characters. */
  key?: string[] | undefined;
}

export interface GetConfigurationResponse {
  configurationKey?: KeyValue[] | undefined;
  /** Each at most 50 characters. */
  unknownKey?: string[] | undefined;
}

export interface GetDiagnosticsRequest {
  /** URI. */
  location: string;
  /** Integer. */
  retries?: number | undefined;
  /** Integer. */
  retryInterval?: number | undefined;
  /** ISO 8601. */
  startTime?: string | undefined;
  /** ISO 8601. */
  stopTime?: string | undefined;
}

export interface GetDiagnosticsResponse {
  /** At most 255 characters. */
  fileName?: string | undefined;
}

export interface GetInstalledCertificateIdsRequest {
  certificateType: CertificateUseEnumType;
}

export interface GetInstalledCertificateIdsResponse {
  /** At least 1. */
  certificateHashData?: CertificateHashDataType[] | undefined;
  status: GetInstalledCertificateStatusEnumType;
}

export type GetLocalListVersionRequest = Record<string, never>;

export interface GetLocalListVersionResponse {
  /** Integer. */
  listVersion: number;
}

export interface GetLogRequest {
  log: LogParametersType;
  logType: LogEnumType;
  /** Integer. */
  requestId: number;
  /** Integer. */
  retries?: number | undefined;
  /** Integer. */
  retryInterval?: number | undefined;
}

export interface GetLogResponse {
  status: LogStatusEnumType;
  /** At most 255 characters. */
  filename?: string | undefined;
}

export type HeartbeatRequest = Record<string, never>;

export interface HeartbeatResponse {
  /** ISO 8601. */
  currentTime: string;
}

export interface InstallCertificateRequest {
  certificateType: CertificateUseEnumType;
  /** At most 5500 characters. */
  certificate: string;
}

export interface InstallCertificateResponse {
  status: InstallCertificateStatusEnumType;
}

export interface LogStatusNotificationRequest {
  status: UploadLogStatusEnumType;
  /** Integer. */
  requestId?: number | undefined;
}

export type LogStatusNotificationResponse = Record<string, never>;

export interface MeterValuesRequest {
  /** Integer. */
  connectorId: number;
  /** Integer. */
  transactionId?: number | undefined;
  meterValue: MeterValue[];
}

export type MeterValuesResponse = Record<string, never>;

export interface RemoteStartTransactionRequest {
  /** Integer. */
  connectorId?: number | undefined;
  /** At most 20 characters. */
  idTag: string;
  chargingProfile?: ChargingProfile | undefined;
}

export interface RemoteStartTransactionResponse {
  status: RemoteStartStopStatus;
}

export interface RemoteStopTransactionRequest {
  /** Integer. */
  transactionId: number;
}

export interface RemoteStopTransactionResponse {
  status: RemoteStartStopStatus;
}

export interface ReserveNowRequest {
  /** Integer. */
  connectorId: number;
  /** ISO 8601. */
  expiryDate: string;
  /** At most 20 characters. */
  idTag: string;
  /** At most 20 characters. */
  parentIdTag?: string | undefined;
  /** Integer. */
  reservationId: number;
}

export interface ReserveNowResponse {
  status: ReservationStatus;
}

export interface ResetRequest {
  type: ResetType;
}

export interface ResetResponse {
  status: ResetStatus;
}

export interface SecurityEventNotificationRequest {
  /** At most 50 characters. */
  type: string;
  /** ISO 8601. */
  timestamp: string;
  /** At most 255 characters. */
  techInfo?: string | undefined;
}

export type SecurityEventNotificationResponse = Record<string, never>;

export interface SendLocalListRequest {
  /** Integer. */
  listVersion: number;
  localAuthorizationList?: AuthorizationData[] | undefined;
  updateType: UpdateType;
}

export interface SendLocalListResponse {
  status: UpdateStatus;
}

export interface SetChargingProfileRequest {
  /** Integer. */
  connectorId: number;
  csChargingProfiles: ChargingProfile;
}

export interface SetChargingProfileResponse {
  status: ChargingProfileStatus;
}

export interface SignCertificateRequest {
  /** At most 5500 characters. */
  csr: string;
}

export interface SignCertificateResponse {
  status: GenericStatusEnumType;
}

export interface SignedFirmwareStatusNotificationRequest {
  status: FirmwareStatusEnumType;
  /** Integer. */
  requestId?: number | undefined;
}

export type SignedFirmwareStatusNotificationResponse = Record<string, never>;

export interface SignedUpdateFirmwareRequest {
  /** Integer. */
  retries?: number | undefined;
  /** Integer. */
  retryInterval?: number | undefined;
  /** Integer. */
  requestId: number;
  firmware: FirmwareType;
}

export interface SignedUpdateFirmwareResponse {
  status: UpdateFirmwareStatusEnumType;
}

export interface StartTransactionRequest {
  /** Integer. */
  connectorId: number;
  /** At most 20 characters. */
  idTag: string;
  /** Integer. */
  meterStart: number;
  /** Integer. */
  reservationId?: number | undefined;
  /** ISO 8601. */
  timestamp: string;
}

export interface StartTransactionResponse {
  idTagInfo: IdTagInfo;
  /** Integer. */
  transactionId: number;
}

export interface StatusNotificationRequest {
  /** Integer. */
  connectorId: number;
  errorCode: ChargePointErrorCode;
  /** At most 50 characters. */
  info?: string | undefined;
  status: ChargePointStatus;
  /** ISO 8601. */
  timestamp?: string | undefined;
  /** At most 255 characters. */
  vendorId?: string | undefined;
  /** At most 50 characters. */
  vendorErrorCode?: string | undefined;
}

export type StatusNotificationResponse = Record<string, never>;

export interface StopTransactionRequest {
  /** At most 20 characters. */
  idTag?: string | undefined;
  /** Integer. */
  meterStop: number;
  /** ISO 8601. */
  timestamp: string;
  /** Integer. */
  transactionId: number;
  reason?: Reason | undefined;
  transactionData?: MeterValue[] | undefined;
}

export interface StopTransactionResponse {
  idTagInfo?: IdTagInfo | undefined;
}

export interface TriggerMessageRequest {
  requestedMessage: MessageTrigger;
  /** Integer. */
  connectorId?: number | undefined;
}

export interface TriggerMessageResponse {
  status: TriggerMessageStatus;
}

export interface UnlockConnectorRequest {
  /** Integer. */
  connectorId: number;
}

export interface UnlockConnectorResponse {
  status: UnlockStatus;
}

export interface UpdateFirmwareRequest {
  /** URI. */
  location: string;
  /** Integer. */
  retries?: number | undefined;
  /** ISO 8601. */
  retrieveDate: string;
  /** Integer. */
  retryInterval?: number | undefined;
}

export type UpdateFirmwareResponse = Record<string, never>;
