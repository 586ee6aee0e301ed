import type {
  Alarm,
  Anomaly,
  Command,
  Connector,
  FileJob,
  Knock,
  Reservation,
  SecurityEvent,
  Station,
  Tag,
  Transaction,
  UnknownTag,
} from './model.js';

/** What happened, after it was committed. Each carries the whole resource as it is now. */
export type CsmsEvent =
  | { type: 'station.updated'; station: Station }
  | { type: 'station.connected'; station: Station }
  | { type: 'station.disconnected'; station: Station; code: number; reason: string }
  | { type: 'station.removed'; chargePointId: string }
  | { type: 'connector.status'; chargePointId: string; connector: Connector }
  | { type: 'transaction.started'; transaction: Transaction }
  /** New meter values; at most two a second for one session. */
  | { type: 'transaction.metered'; transaction: Transaction }
  /** Also when a completed session changes. */
  | { type: 'transaction.stopped'; transaction: Transaction }
  | { type: 'command.updated'; command: Command }
  | { type: 'reservation.updated'; reservation: Reservation }
  | { type: 'tag.updated'; tag: Tag }
  | { type: 'tag.removed'; idTag: string }
  | { type: 'tag.unknown'; tag: UnknownTag }
  | { type: 'knock'; knock: Knock }
  | { type: 'security.event'; event: SecurityEvent }
  | { type: 'file-job.updated'; job: FileJob }
  | { type: 'insights.computed'; computedAtMs: number }
  /** A detector has seen something in a connector's current, with window, figure and threshold. */
  | { type: 'anomaly.detected'; anomaly: Anomaly }
  /** It is over; the figures are the worst that were seen. */
  | { type: 'anomaly.cleared'; anomaly: Anomaly }
  /** A rule has found something that somebody should look at. */
  | { type: 'alarm.raised'; alarm: Alarm }
  | { type: 'alarm.cleared'; alarm: Alarm }
  | { type: 'alarm.acknowledged'; alarm: Alarm };

/** An event in the stream. `id` grows by at least 1, also across restarts. */
export interface StreamedEvent {
  id: number;
  atMs: number;
  event: CsmsEvent;
}

export interface EventStream {
  /** The newest id; 0 only before anything was ever published in a stream that starts at 0. */
  readonly lastId: number;
  publish(event: CsmsEvent): StreamedEvent;
  /**
   * Calls `listener` for every later event, and first, at once, for the kept events after `afterId` (Last-Event-ID).
   * `complete` is false when events after `afterId` are no longer kept: the client must read the resources again.
   * A listener that throws is taken off the list and its error is handed to `onListenerError`.
   */
  subscribe(listener: (event: StreamedEvent) => void, afterId?: number): { complete: boolean; unsubscribe: () => void };
}

export interface EventStreamOptions {
  /** Events kept for resuming. Default 2000. */
  capacity?: number;
  /** Ids follow this one. Default: microseconds since the epoch, so that ids also grow across restarts. */
  firstId?: number;
  nowMs?: () => number;
  onListenerError?: (error: unknown) => void;
}

/** An in-process stream of events with a ring buffer. */
export function createEventStream(options: EventStreamOptions = {}): EventStream {
  const capacity = options.capacity ?? 2000;
  const nowMs = options.nowMs ?? Date.now;
  const ring: StreamedEvent[] = [];
  const listeners = new Set<(event: StreamedEvent) => void>();
  const firstId = options.firstId ?? nowMs() * 1000;
  let lastId = firstId;
  let droppedUpTo = firstId;

  const deliver = (listener: (event: StreamedEvent) => void, event: StreamedEvent): void => {
    try {
      listener(event);
    } catch (error) {
      listeners.delete(listener);
      options.onListenerError?.(error);
    }
  };

  return {
    get lastId() {
      return lastId;
    },
    publish(event) {
      lastId += 1;
      const streamed = { id: lastId, atMs: nowMs(), event };
      ring.push(streamed);
      if (ring.length > capacity) droppedUpTo = ring.shift()?.id ?? droppedUpTo;
      for (const listener of [...listeners]) deliver(listener, streamed);
      return streamed;
    },
    subscribe(listener, afterId) {
      listeners.add(listener);
      let complete = true;
      if (afterId !== undefined) {
        // An id from before this process's first one, or from a stream that we never were, cannot be resumed.
        complete = afterId >= droppedUpTo && afterId <= lastId;
        for (const event of [...ring]) if (event.id > afterId) deliver(listener, event);
      }
      return { complete, unsubscribe: () => listeners.delete(listener) };
    },
  };
}
