import type { ChargerDocument } from './document.js';

/** The Realtime Database, as the mirror needs it. */
export interface RealtimeDatabase {
  /**
   * Replaces `/chargers/{key}`; null removes it. Resolves when the server has acknowledged it, however long the link is
   * down meanwhile. @throws Error when the server refuses it
   */
  set(key: string, document: ChargerDocument | null): Promise<void>;
  /** Tells at once whether there is a link, and whenever that changes. */
  onLink(listener: (isUp: boolean) => void): void;
  /** Cuts the link and makes it anew; what was not acknowledged is sent again. */
  reconnect(): void;
  /** Why nothing is acknowledged, where that can be found out; null: the credentials are good. */
  explain(): Promise<string | null>;
  /** Gives up what was not acknowledged. */
  close(): Promise<void>;
}
