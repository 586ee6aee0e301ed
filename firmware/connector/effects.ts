import type { ConnectorRecord, ConnectorSnapshot } from '../domain/records.js';

/** What the connector may be waiting for. Each has one deadline at most. */
export const TIMER_NAMES = [
  'connection-timeout',
  'power-off-answer',
  'lock-answer',
  'ev-idle',
  'power-retry',
  'periodic-sample',
  'clock-sample',
  'checkpoint',
  'resend',
] as const;
export type TimerName = (typeof TIMER_NAMES)[number];

/** What the shell must do, in this order. Everything but the timers and `close` goes to main as it is. */
export type Effect =
  | { readonly t: 'power'; readonly on: true; readonly limitMa: number }
  | { readonly t: 'power'; readonly on: false }
  | { readonly t: 'lock'; readonly locked: boolean }
  | { readonly t: 'record'; readonly incarnation: string; readonly seq: number; readonly record: ConnectorRecord }
  | {
      readonly t: 'unlock-result';
      readonly requestId: string;
      readonly result: 'Unlocked' | 'UnlockFailed' | 'NotSupported';
    }
  | { readonly t: 'snapshot'; readonly snapshot: ConnectorSnapshot }
  /** Send a `timer` event of this name at CLOCK_MONOTONIC `dueMs`; replaces an earlier one of that name. */
  | { readonly t: 'set-timer'; readonly name: TimerName; readonly dueMs: number }
  | { readonly t: 'clear-timer'; readonly name: TimerName }
  /** End the thread: nothing will come any more. */
  | { readonly t: 'close' };
