/** A request that a source wants to send to the central system. */
export interface Outgoing {
  action: string;
  payload: object;
  /** Given for messages that are repeated under the same id (J errata 3.1). */
  messageId?: string;
  /** Shorter than MessageTimeout where somebody waits. */
  timeoutMs?: number;
  /** Neither a person nor a bill waits for its answer: it is waited for less long while something urgent is in line. */
  yields?: boolean;
  /** Called exactly once. */
  settle: (outcome: Outcome) => void;
}

/** What became of a request. */
export type Outcome =
  /** CALLRESULT. `payload` as received: it may violate the schema. */
  | { t: 'answered'; payload: object }
  /** CALLERROR: the central system reports a failure to process it (J errata 3.3). */
  | { t: 'refused'; errorCode: string; description: string }
  /** No answer in time, or the socket went: it may or may not have been processed. */
  | { t: 'no-answer'; why: 'timeout' | 'lost' }
  /** Our own payload does not fit the schema: it was never sent and never can be. */
  | { t: 'unsendable'; reason: string };

/** What a source has at this moment. `untilMs` is monotonic. */
export type Next = { t: 'send'; outgoing: Outgoing } | { t: 'wait'; untilMs: number } | { t: 'empty' };

/** When a source may send: always (BootNotification), once Pending or Accepted (what was triggered), once Accepted. */
export type Gate = 'always' | 'pending' | 'accepted';

export interface Source {
  name: string;
  gate: Gate;
  /** Asked only when what it gives can be sent at once. */
  next(nowMs: number): Next;
  /** Whether a person or a bill waits for what `next` would give; absent: never. */
  isUrgent?(nowMs: number): boolean;
}

export type Registration = 'none' | 'Accepted' | 'Pending' | 'Rejected';
