/** Owes a status notification to the central system: delivered in order, also after a restart. */
export type Notify = (action: StatusAction, payload: object) => void;

export type StatusAction =
  | 'DiagnosticsStatusNotification'
  | 'LogStatusNotification'
  | 'FirmwareStatusNotification'
  | 'SignedFirmwareStatusNotification';

/** Tells people what happens. */
export interface Teller {
  tell(type: string, message: string, details?: { connectorId?: number; data?: Record<string, unknown> }): void;
}
