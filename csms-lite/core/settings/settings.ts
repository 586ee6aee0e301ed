import type { UidMode } from '../../firebase/uid.js';

/** Values that can be changed while running. */
export interface Settings {
  /** What of a card’s number the Realtime Database gets, where everybody can read it. */
  firebaseUid: UidMode;
  acceptUnknownStations: boolean;
  /** A charge point that is registered without password or security profile gets profile 0; else a key is made for it. */
  unsecuredStations: boolean;
  /** Local lists follow the tags by themselves. */
  keepLocalLists: boolean;
  heartbeatIntervalS: number;
  /** How long frames are kept in the message log. */
  messageRetentionDays: number;
  /** The pages of drivers (`/c/…`) and the public board (`/status`): no sign-in, no tag is shown on them. */
  driverPages: boolean;
  /** Who may start and stop there: nobody; who knows the number of an accepted card; anyone, on `driverIdTag`. */
  driverStart: 'nobody' | 'card' | 'anyone';
  /** The tag of sessions that anyone may start. */
  driverIdTag: string;
  /** `https://charge.example`: what QR codes lead to; empty: the address by which the operator reached the server. */
  publicUrl: string;
}

export interface SettingService {
  get(): Settings;
  /** @throws ServiceError invalid_request */
  update(changes: Partial<Settings>, actor: string): Promise<Settings>;
}
