/**
 * The core's model in the words of the API: times as RFC 3339, absent instead of null where the contract says so.
 * Pure; the only place that knows both shapes.
 */
import type {
  CertificateRequest,
  ChargePointCertificate,
  Command,
  Connector,
  DataTransfer,
  FileJob,
  FirmwareFile,
  Knock,
  MeterSample,
  OcppMessage,
  Page,
  ProfileAssignment,
  Quirk,
  Reservation,
  SecurityEvent,
  Station,
  Tag,
  Transaction,
  TransactionEvent,
  UnknownTag,
  Upload,
} from '../core/model.js';

export function isoTime(atMs: number): string {
  return new Date(atMs).toISOString();
}

function isoOrNull(atMs: number | null): string | null {
  return atMs === null ? null : isoTime(atMs);
}

/** Takes out the members that are null. */
function present<T extends object>(members: T): { [K in keyof T]?: Exclude<T[K], null> } {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== null)) as {
    [K in keyof T]?: Exclude<T[K], null>;
  };
}

export function presentPage<T, U>(page: Page<T>, presentItem: (item: T) => U): { items: U[]; total: number } {
  return { items: page.items.map(presentItem), total: page.total };
}

export function presentConnector(connector: Connector) {
  return {
    connectorId: connector.connectorId,
    status: connector.status,
    errorCode: connector.errorCode,
    ...present({
      info: connector.info,
      vendorId: connector.vendorId,
      vendorErrorCode: connector.vendorErrorCode,
      statusAt: isoOrNull(connector.statusAtMs),
    }),
    transactionId: connector.transactionId,
  };
}

export function presentStation(station: Station) {
  return {
    id: station.id,
    ...present({ displayName: station.displayName }),
    connected: station.connected,
    ocppVersion: station.ocppVersion,
    siteId: station.siteId,
    admission: station.admission,
    securityProfile: station.securityProfile,
    hasPassword: station.hasPassword,
    verdict: station.verdict,
    demo: station.demo,
    registeredAt: isoTime(station.registeredAtMs),
    registrationStatus: station.registrationStatus,
    ...present({
      registrationIntervalS: station.registrationIntervalS,
      bootStatus: station.bootStatus,
      lastSeenAt: isoOrNull(station.lastSeenAtMs),
      vendor: station.vendor,
      model: station.model,
      serialNumber: station.serialNumber,
      firmwareVersion: station.firmwareVersion,
      iccid: station.iccid,
      imsi: station.imsi,
      meterType: station.meterType,
      meterSerialNumber: station.meterSerialNumber,
      lastBootAt: isoOrNull(station.lastBootAtMs),
      connectedAt: isoOrNull(station.connectedAtMs),
      remoteAddress: station.remoteAddress,
      clockSkewMs: station.clockSkewMs,
      localListVersion: station.localListVersion,
      mainStatus: station.mainStatus === null ? null : presentConnector(station.mainStatus),
    }),
    connectors: station.connectors.map(presentConnector),
  };
}

/** With the password that was made for it, which is shown this once. */
export function presentRegistered(station: Station, generatedPassword: string | null) {
  return { ...presentStation(station), ...present({ generatedPassword }) };
}

export function presentTransaction(transaction: Transaction) {
  const { live } = transaction;
  return {
    id: transaction.id,
    transactionId: transaction.transactionId,
    chargePointId: transaction.chargePointId,
    connectorId: transaction.connectorId,
    idTag: transaction.idTag,
    status: transaction.status,
    startedAt: isoTime(transaction.startedAtMs),
    stoppedAt: isoOrNull(transaction.stoppedAtMs),
    stopReason: transaction.stopReason,
    meterStart: transaction.meterStart,
    ...present({ meterStop: transaction.meterStop }),
    energyWh: transaction.energyWh,
    authorization: transaction.authorization,
    startReceivedAt: isoTime(transaction.startReceivedAtMs),
    ...present({
      stopReceivedAt: isoOrNull(transaction.stopReceivedAtMs),
      stopIdTag: transaction.stopIdTag,
      reservationId: transaction.reservationId,
      commandId: transaction.commandId,
      closedBy: transaction.closedBy,
    }),
    qualityFlags: transaction.qualityFlags,
    demo: transaction.demo,
    revision: transaction.revision,
    live:
      live === null
        ? null
        : {
            at: isoTime(live.atMs),
            energyWh: live.energyWh,
            powerW: live.powerW,
            currentMa: live.currentMa,
            voltageMv: live.voltageMv,
            socPercent: live.socPercent,
            temperatureMilliC: live.temperatureMilliC,
          },
  };
}

export function presentSample(sample: MeterSample) {
  return {
    at: isoTime(sample.atMs),
    receivedAt: isoTime(sample.receivedAtMs),
    measurand: sample.measurand,
    ...present({ phase: sample.phase, location: sample.location }),
    context: sample.context,
    format: sample.format,
    value: sample.value,
    unit: sample.unit,
    rawValue: sample.rawValue,
    ...present({ rawUnit: sample.rawUnit }),
  };
}

export function presentTransactionEvent(event: TransactionEvent) {
  return {
    id: event.id,
    receivedAt: isoTime(event.receivedAtMs),
    messageId: event.messageId,
    action: event.action,
    payload: event.payload,
    effect: event.effect,
  };
}

export function presentTag(tag: Tag) {
  return {
    idTag: tag.idTag,
    status: tag.status,
    expiryDate: isoOrNull(tag.expiryDateMs),
    parentIdTag: tag.parentIdTag,
    type: tag.type,
    maxActiveTransactions: tag.maxActiveTransactions,
    allowedStations: tag.allowedStations,
    note: tag.note,
    createdAt: isoTime(tag.createdAtMs),
  };
}

export function presentUnknownTag(tag: UnknownTag) {
  return {
    idTag: tag.idTag,
    firstSeenAt: isoTime(tag.firstSeenAtMs),
    lastSeenAt: isoTime(tag.lastSeenAtMs),
    count: tag.count,
    lastChargePointId: tag.lastChargePointId,
  };
}

export function presentCommand(command: Command) {
  return {
    id: command.id,
    chargePointId: command.chargePointId,
    name: command.name,
    action: command.action,
    request: command.request,
    status: command.status,
    response: command.response,
    error: command.error,
    createdAt: isoTime(command.createdAtMs),
    sentAt: isoOrNull(command.sentAtMs),
    completedAt: isoOrNull(command.completedAtMs),
    lateAnswerAt: isoOrNull(command.lateAnswerAtMs),
    transactionId: command.transactionId,
    reservationId: command.reservationId,
  };
}

export function presentReservation(reservation: Reservation) {
  return {
    id: reservation.id,
    chargePointId: reservation.chargePointId,
    connectorId: reservation.connectorId,
    idTag: reservation.idTag,
    ...present({ parentIdTag: reservation.parentIdTag }),
    expiryDate: isoTime(reservation.expiryDateMs),
    status: reservation.status,
    createdAt: isoTime(reservation.createdAtMs),
    ...present({ transactionId: reservation.transactionId }),
  };
}

export function presentKnock(knock: Knock) {
  const { firstSeenAtMs, lastSeenAtMs, ...rest } = knock;
  return { ...rest, firstSeenAt: isoTime(firstSeenAtMs), lastSeenAt: isoTime(lastSeenAtMs) };
}

export function presentMessage(message: OcppMessage) {
  const { atMs, ...rest } = message;
  return { ...rest, at: isoTime(atMs) };
}

export function presentSecurityEvent(event: SecurityEvent) {
  const { atMs, receivedAtMs, techInfo, ...rest } = event;
  return { ...rest, at: isoTime(atMs), receivedAt: isoTime(receivedAtMs), ...present({ techInfo }) };
}

export function presentFileJob(job: FileJob) {
  const { createdAtMs, updatedAtMs, ...rest } = job;
  return { ...rest, createdAt: isoTime(createdAtMs), updatedAt: isoTime(updatedAtMs) };
}

export function presentCertificate(certificate: ChargePointCertificate) {
  const { notBeforeMs, notAfterMs, createdAtMs, ...rest } = certificate;
  return { ...rest, notBefore: isoTime(notBeforeMs), notAfter: isoTime(notAfterMs), createdAt: isoTime(createdAtMs) };
}

export function presentCertificateRequest(request: CertificateRequest) {
  const { receivedAtMs, reason, ...rest } = request;
  return { ...rest, ...present({ reason }), receivedAt: isoTime(receivedAtMs) };
}

export function presentQuirk(quirk: Quirk) {
  const { firstSeenAtMs, lastSeenAtMs, ...rest } = quirk;
  return { ...rest, firstSeenAt: isoTime(firstSeenAtMs), lastSeenAt: isoTime(lastSeenAtMs) };
}

export function presentAssignment(assignment: ProfileAssignment) {
  const { assignedAtMs, transactionId, ...rest } = assignment;
  return { ...rest, ...present({ transactionId }), assignedAt: isoTime(assignedAtMs) };
}

export function presentUpload(upload: Upload) {
  const { receivedAtMs, ...rest } = upload;
  return { ...rest, receivedAt: isoTime(receivedAtMs) };
}

export function presentFirmware(file: FirmwareFile) {
  const { uploadedAtMs, ...rest } = file;
  return { ...rest, uploadedAt: isoTime(uploadedAtMs) };
}

export function presentDataTransfer(transfer: DataTransfer) {
  const { receivedAtMs, messageId, data, ...rest } = transfer;
  return { ...rest, ...present({ messageId, data }), receivedAt: isoTime(receivedAtMs) };
}

export type ChargePointView = ReturnType<typeof presentStation>;
export type RegisteredView = ReturnType<typeof presentRegistered>;
export type ConnectorView = ReturnType<typeof presentConnector>;
export type TransactionView = ReturnType<typeof presentTransaction>;
export type SampleView = ReturnType<typeof presentSample>;
export type TransactionEventView = ReturnType<typeof presentTransactionEvent>;
export type TagView = ReturnType<typeof presentTag>;
export type UnknownTagView = ReturnType<typeof presentUnknownTag>;
export type CommandView = ReturnType<typeof presentCommand>;
export type ReservationView = ReturnType<typeof presentReservation>;
export type KnockView = ReturnType<typeof presentKnock>;
export type MessageView = ReturnType<typeof presentMessage>;
export type SecurityEventView = ReturnType<typeof presentSecurityEvent>;
export type FileJobView = ReturnType<typeof presentFileJob>;
