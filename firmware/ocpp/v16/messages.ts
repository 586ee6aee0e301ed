import type { V16SentByCentralSystem, V16SentByChargePoint } from '@tapwatt/ocpp/v16';

interface About {
  /** Of OCPP 1.6 edition 2, or of the security white paper (WP). */
  section: string;
  /** What this charge point does, in one line. */
  does: string;
}

const about = (section: string, does: string): About => ({ section, does });

/** Every message of OCPP 1.6 and of the security white paper, for `firmware/ocpp/README.md`. */
export const MESSAGES: {
  received: Readonly<Record<V16SentByCentralSystem, About>>;
  sent: Readonly<Record<V16SentByChargePoint, About>>;
} = {
  received: {
    CancelReservation: about('5.1', 'Accepted; Rejected for an unknown reservationId'),
    CertificateSigned: about('WP 5.1', 'checked against the installed roots and our key, then used'),
    ChangeAvailability: about('5.2', 'persistent; Scheduled while a transaction runs; 0 is everything'),
    ChangeConfiguration: about('5.3', 'by the table of keys below; takes effect at once'),
    ClearCache: about('5.4', 'Rejected where AuthorizationCacheEnabled is false (errata 3.23)'),
    ClearChargingProfile: about('5.5', 'an id alone decides, else all filters must match; Unknown where nothing does'),
    DataTransfer: about('5.6', 'vendor `Tapwatt`: Version, Ping (answered by a Pong), Events; others UnknownVendorId'),
    DeleteCertificate: about('WP 5.3', 'by hash data; NotFound, and Failed for one in use'),
    ExtendedTriggerMessage: about(
      'WP 5.5',
      'like TriggerMessage; SignChargePointCertificate and LogStatusNotification too',
    ),
    GetCompositeSchedule: about(
      '5.7',
      'to the second, equal periods merged, up to 31 days; Rejected for an unknown connector',
    ),
    GetConfiguration: about('5.8', 'all keys, or those named'),
    GetDiagnostics: about('5.9', 'one compressed file without secrets, by HTTP(S) or FTP(S)'),
    GetInstalledCertificateIds: about('WP 5.7', 'by type'),
    GetLocalListVersion: about('5.10', '-1 while LocalAuthListEnabled is false, 0 while the list is empty'),
    GetLog: about('WP 5.9', 'DiagnosticsLog and SecurityLog'),
    InstallCertificate: about('WP 5.11', 'central system and manufacturer roots'),
    RemoteStartTransaction: about(
      '5.11',
      'with a TxProfile if wanted; Rejected where the connector is taken or kept for somebody else',
    ),
    RemoteStopTransaction: about('5.12', 'Rejected for a transaction that does not run'),
    ReserveNow: about('5.13', 'a connector, or 0: one of them stays free'),
    Reset: about('5.14', 'sessions end and are told, then the process ends with status 0'),
    SendLocalList: about('5.15', 'Full and Differential; whatever is not Accepted leaves the old list'),
    SetChargingProfile: about('5.16', 'persistent; in force at once; CALLERROR for an unknown connector (errata 3.39)'),
    SignedUpdateFirmware: about('WP 5.21', 'signature checked against the manufacturer root before it is installed'),
    TriggerMessage: about('5.17', 'answer first; unknown messages NotImplemented; BootNotification also once Accepted'),
    UnlockConnector: about(
      '5.18',
      'ends a running transaction first; NotSupported for fixed cables and unknown connectors',
    ),
    UpdateFirmware: about('5.19', 'waits for running transactions'),
  },
  sent: {
    Authorize: about('4.1', 'unless list or cache may decide (LocalPreAuthorize)'),
    BootNotification: about('4.2', 'once per start of the process, until Accepted; never on mere reconnects'),
    DataTransfer: about('4.3', 'by vendor extensions'),
    DiagnosticsStatusNotification: about('4.4', 'while diagnostics are uploaded, and on request'),
    FirmwareStatusNotification: about('4.5', 'at each step of UpdateFirmware, and on request'),
    Heartbeat: about('4.6', 'after HeartbeatInterval without other requests; sets the clock when nothing better does'),
    LogStatusNotification: about('WP 5.13', 'while a log is uploaded, and on request'),
    MeterValues: about('4.7', 'periodic, clock-aligned, on request, at interruptions; kept until answered'),
    SecurityEventNotification: about('WP 5.15', 'critical events, kept until answered'),
    SignCertificate: about('WP 5.17', 'on request, and before a certificate expires'),
    SignedFirmwareStatusNotification: about('WP 5.19', 'at each step of SignedUpdateFirmware, and on request'),
    StartTransaction: about('4.8', 'on disk before power flows; kept until answered'),
    StatusNotification: about('4.9', 'connector 0 and each connector; after a reconnect only what changed'),
    StopTransaction: about('4.10', 'kept until answered; transactionData thinned above StopTransactionMaxMeterValues'),
  },
};
