import type { Clock } from '@tapwatt/hal';
import type { CallHandler, Connection, ConnectionHooks } from '@tapwatt/ocpp';
import type { MeterValuesRequest } from '@tapwatt/ocpp/v16';
import type { ChargePointConfig } from '../../config/config.js';
import type { ReadingContext } from '../../domain/records.js';
import type { Stamp } from '../../domain/stamp.js';
import type { Outbox } from '../../station/journal/outbox-types.js';
import type { IdTagInfo } from '../../station/journal/stores.js';
import { createDispatcher } from '../dispatcher.js';
import type { Outcome, Registration } from '../outgoing.js';
import { type BootAnswer, createBoot } from './boot.js';
import type { Configuration } from './configuration.js';
import { createDelivery, type DeliveryListener } from './delivery.js';
import type { HandlerContext } from './handlers/context.js';
import { createHeartbeat } from './heartbeat.js';
import { createInbound } from './inbound.js';
import { sampledValues } from './measurands.js';
import { createRequestQueue } from './requests.js';
import { createStatusNotifier } from './statusNotifier.js';
import { readIdTagInfo } from './translate/idTagInfo.js';
import { otherRequest } from './translate/otherMessages.js';
import type { StatusReport } from './translate/statusNotification.js';
import { timestamp } from './translate/timestamp.js';

export interface V16ClientOptions {
  clock: Pick<Clock, 'after' | 'monotonicMs'>;
  random: () => number;
  identity: ChargePointConfig['identity'];
  configuration: Configuration;
  outbox: Outbox;
  /** Wall time of a stamp, Unix epoch milliseconds. */
  wallMs: (at: Stamp) => number;
  /** What inbound requests act on. The client adds what it can send itself to `triggers`. */
  context: Omit<HandlerContext, 'isAccepted'>;
  /** Asks a connector (null: all) for a sample with context Trigger. */
  sampleNow: (connectorId: number | null) => void;
  listener: DeliveryListener & {
    /** After its effects inside of the client have taken place. */
    registration(answer: BootAnswer): void;
    registrationFailed(reason: string, retryS: number): void;
    /** The central system said the time. */
    time(currentTimeMs: number): void;
    failed(error: unknown, action: string): void;
  };
}

/** The charge point's side of OCPP 1.6, over any number of connections one after the other. */
export interface V16Client {
  readonly hooks: ConnectionHooks & { handler: CallHandler };
  readonly registration: Registration;
  /** Registered and connected: the central system can be asked. */
  readonly isOnline: boolean;
  connected(connection: Connection): void;
  disconnected(): void;
  /** Authorize; null when it could not be asked or did not answer within `timeoutMs`. */
  authorize(idTag: string, timeoutMs: number): Promise<IdTagInfo | null>;
  status(report: StatusReport, at: Stamp): void;
  /** A sample that was asked for by TriggerMessage: sent at once, never queued (§5.17). */
  triggeredSample(sample: TriggeredSample): void;
  /**
   * A request of another module, sent when the line is free, also while Pending; nothing is kept over a lost connection
   * (for that there is the outbox).
   */
  request(action: string, payload: object): Promise<Outcome>;
  /** There is something new in the outbox, or it may be sent sooner. */
  kick(): void;
}

export interface TriggeredSample {
  connectorId: number;
  transactionId: number | null;
  reading: Parameters<typeof sampledValues>[1]['reading'];
  offeredMa: number;
  context: ReadingContext;
  at: Stamp;
}

/** A late answer still counts (`onLateAnswer`), so these need not be long. */
const OTHER_TIMEOUT_MS = 5_000;
const YIELD_AFTER_MS = 2_000;

export function createV16Client(options: V16ClientOptions): V16Client {
  const { clock, configuration, listener } = options;
  let isConnected = false;

  const kick = (): void => dispatcher.kick();
  const status = createStatusNotifier({
    clock,
    wallMs: options.wallMs,
    minimumDurationS: () => configuration.integer('MinimumStatusDuration'),
    kick,
  });
  const delivery = createDelivery({
    outbox: options.outbox,
    status,
    policy: () => ({
      attempts: configuration.integer('TransactionMessageAttempts'),
      retryIntervalS: configuration.integer('TransactionMessageRetryInterval'),
    }),
    monotonicMs: () => clock.monotonicMs(),
    otherTimeoutMs: () => Math.min(configuration.integer('MessageTimeout') * 1000, OTHER_TIMEOUT_MS),
    other: otherRequest,
    listener,
  });
  const heartbeat = createHeartbeat({
    clock,
    intervalS: () => configuration.integer('HeartbeatInterval'),
    lastSentMs: () => dispatcher.lastSentMs,
    onTime: listener.time,
  });
  const boot = createBoot({
    identity: options.identity,
    clock,
    random: options.random,
    onAnswer: (answer) => registered(answer),
    onFailure: listener.registrationFailed,
  });
  const authorizations = createRequestQueue('authorize', { gate: 'accepted', urgent: true }, kick);
  const triggered = createRequestQueue('triggered', { gate: 'pending', urgent: false }, kick);
  const both = ['TriggerMessage', 'ExtendedTriggerMessage'] as const;
  const addTrigger = (message: string, perConnector: boolean, send: (connectorId: number | null) => void): void =>
    options.context.triggers.add({
      message,
      by: both,
      perConnector,
      send(connectorId) {
        send(connectorId);
        kick();
      },
    });
  addTrigger('Heartbeat', false, heartbeat.trigger);
  addTrigger('StatusNotification', true, status.trigger);
  addTrigger('MeterValues', true, options.sampleNow);
  options.context.triggers.add({
    message: 'BootNotification',
    by: both,
    perConnector: false,
    send() {
      boot.trigger();
      kick();
    },
  });
  const inbound = createInbound({
    registration: () => boot.registration,
    context: {
      ...options.context,
      isAccepted: () => boot.registration === 'Accepted',
    },
    // A macrotask: by then the answer has been written to the socket.
    afterAnswer: (action) => void clock.after(0, action),
  });
  const dispatcher = createDispatcher({
    clock,
    // A person waits for Authorize; heartbeats go when there is nothing else.
    sources: [
      boot.source,
      authorizations.source,
      heartbeat.triggered,
      status.triggered,
      triggered.source,
      delivery.source,
      heartbeat.source,
    ],
    registration: () => boot.registration,
    timeoutMs: () => configuration.integer('MessageTimeout') * 1000,
    // Half of the time is left for Authorize, whose wait for the line counts.
    yieldAfterMs: () => Math.min(configuration.integer('MessageTimeout') * 500, YIELD_AFTER_MS),
    onError: listener.failed,
  });

  const registered = (answer: BootAnswer): void => {
    if (answer.currentTimeMs !== null) listener.time(answer.currentTimeMs);
    if (answer.status === 'Accepted') {
      heartbeat.timeKnown();
      if (answer.intervalS > 0) configuration.adopt('HeartbeatInterval', String(answer.intervalS));
      delivery.online();
      status.registered();
    }
    inbound.registrationChanged();
    listener.registration(answer);
  };

  return {
    hooks: {
      handler: inbound.handler,
      supportedActions: inbound.supportedActions,
      answerToInvalid: inbound.answerToInvalid,
      onLateAnswer: (late) => {
        delivery.late(late);
        kick();
      },
    },
    get registration() {
      return boot.registration;
    },
    get isOnline() {
      return isConnected && boot.registration === 'Accepted';
    },
    connected(connection) {
      isConnected = true;
      boot.connected();
      if (boot.registration === 'Accepted') {
        delivery.online();
        status.reconnected();
      }
      dispatcher.attach(connection);
    },
    disconnected() {
      isConnected = false;
      status.disconnected();
      authorizations.abandonAll();
      triggered.abandonAll();
      dispatcher.attach(null);
    },
    async authorize(idTag, timeoutMs) {
      if (!isConnected || boot.registration !== 'Accepted') return null;
      const request = authorizations.send('Authorize', { idTag }, timeoutMs);
      // The wait for the line counts, too: somebody stands there.
      const timer = clock.after(timeoutMs, request.abandon);
      const outcome: Outcome = await request.outcome;
      timer.cancel();
      return outcome.t === 'answered' ? readIdTagInfo(outcome.payload) : null;
    },
    status(report, at) {
      status.update(report, at);
    },
    triggeredSample(sample) {
      const payload: MeterValuesRequest = {
        connectorId: sample.connectorId,
        ...(sample.transactionId === null ? {} : { transactionId: sample.transactionId }),
        meterValue: [
          {
            timestamp: timestamp(options.wallMs(sample.at)),
            sampledValue: sampledValues(configuration.text('MeterValuesSampledData'), sample),
          },
        ],
      };
      triggered.send('MeterValues', payload);
    },
    async request(action, payload) {
      return isConnected ? await triggered.send(action, payload).outcome : { t: 'no-answer', why: 'lost' };
    },
    kick,
  };
}
