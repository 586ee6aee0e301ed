import type {
  ConnectionHooks,
  ConnectionReport,
  InboundCall,
  SchemaViolation,
  ValidationVerdict,
} from '../connection.js';
import { CallError } from '../errors.js';
import type { Protocol, Role } from '../protocol/protocol.js';
import { repair } from '../schema/repair.js';
import { serialise } from '../schema/serialise.js';
import type { Validator } from '../schema/validation.js';
import { errorFrame, type Frame, resultFrame } from './frame.js';
import { ReplayMemory } from './replay.js';
import { SerialQueue } from './serial-queue.js';

export interface InboundOptions {
  protocol: Protocol;
  role: Role;
  validator: Validator;
  verdict: ValidationVerdict;
  maxQueue: number;
  /** Sends an answer. @returns what to wait for before the next one; null while the other end takes what it is sent */
  answer: (frame: string) => Promise<void> | null;
  report: (report: ConnectionReport) => void;
  pause: () => void;
  resume: () => void;
}

type CallFrame = Extract<Frame, { kind: 'call' }>;
/** What its answer needs. */
type CallHead = Pick<CallFrame, 'id' | 'rawId' | 'action'>;

/** What stands in the queue. */
type Job = { kind: 'serve'; frame: CallFrame; hooks: ConnectionHooks } | { kind: 'answer'; text: string };

const REPLAY_CAPACITY = 64;
/** JSON of an empty result, the most frequent one by far. */
const EMPTY = '{}';

function isEmpty(result: object): boolean {
  for (const _ in result) return false;
  return !('toJSON' in result);
}

/** The other end's CALLs: served one at a time in the order of arrival, each answered once. */
export class Inbound {
  readonly #options: InboundOptions;
  readonly #queue: SerialQueue<Job>;
  readonly #memory = new ReplayMemory(REPLAY_CAPACITY);

  constructor(options: InboundOptions) {
    this.#options = options;
    this.#queue = new SerialQueue(
      options.maxQueue,
      (job, done) => this.#work(job, done),
      (waiting) => {
        options.report({ kind: 'reading-paused', waiting });
        options.pause();
      },
      options.resume,
    );
  }

  /** Takes a CALL in. Frames refused by their form are answered in their turn too. */
  accept(frame: CallFrame, hooks: ConnectionHooks): void {
    const { id, rawId, action, faults } = frame;
    const { rules } = this.#options.protocol;
    if (faults.length > 0 && this.#options.verdict === 'strict') {
      this.refuse(rawId, rules.brokenCallCode, faults.join('; '));
      return;
    }
    const seen = this.#memory.begin(id, frame.text);
    switch (seen.as) {
      case 'new':
        this.#queue.push({ kind: 'serve', frame, hooks });
        return;
      case 'in-progress':
        this.#options.report({ kind: 'repeated-id', messageId: id, action, as: 'in-progress' });
        return;
      case 'answered':
        this.#options.report({ kind: 'repeated-id', messageId: id, action, as: 'replayed' });
        this.#queue.push({ kind: 'answer', text: seen.answer });
        return;
      case 'other-content':
        this.#options.report({ kind: 'repeated-id', messageId: id, action, as: 'other-content' });
        this.refuse(rawId, rules.reusedIdCode, 'this message id was used before for another request');
    }
  }

  refuse(rawId: string, errorCode: string, description: string): void {
    this.#queue.push({ kind: 'answer', text: errorFrame(rawId, errorCode, description) });
  }

  /** What has not begun is not served any more. */
  clear(): void {
    this.#queue.clear();
  }

  #work(job: Job, done: () => void): void {
    if (job.kind === 'answer') this.#send(job.text, done);
    else this.#serve(job.frame, job.hooks, done);
  }

  /** Without a promise of its own where the handler needs none: this runs for every CALL. */
  #serve(frame: CallFrame, hooks: ConnectionHooks, done: () => void): void {
    let result: object | Promise<object>;
    try {
      result = this.#ask(frame, hooks);
    } catch (error) {
      this.#fail(frame, error, done);
      return;
    }
    const { id, rawId, action } = frame;
    if (result instanceof Promise) this.#await({ id, rawId, action }, result, done);
    else this.#succeed(frame, result, done);
  }

  /** Apart, so that what waits for the answer does not hold the whole CALL in memory. */
  #await(frame: CallHead, result: Promise<object>, done: () => void): void {
    result.then(
      (value) => this.#succeed(frame, value, done),
      (error: unknown) => this.#fail(frame, error, done),
    );
  }

  #succeed(frame: CallHead, result: unknown, done: () => void): void {
    let answer: string;
    try {
      answer = resultFrame(frame.rawId, this.#textOf(frame, result));
    } catch (error) {
      this.#fail(frame, error, done);
      return;
    }
    this.#memory.remember(frame.id, answer);
    this.#send(answer, done);
  }

  #fail(frame: CallHead, error: unknown, done: () => void): void {
    this.#memory.forget(frame.id);
    this.#send(this.#errorOf(frame, error), done);
  }

  #send(answer: string, done: () => void): void {
    const taken = this.#options.answer(answer);
    if (taken === null) done();
    else void taken.then(done);
  }

  /** @throws CallError, or whatever the handler throws */
  #ask(frame: CallFrame, hooks: ConnectionHooks): object | Promise<object> {
    const { validator, verdict } = this.#options;
    const { id: messageId, action } = frame;
    this.#requireServed(action, hooks);
    const violations = this.#violations(frame);
    if (violations.length === 0) return hooks.handler({ messageId, action, payload: frame.payload, violations });
    const payload =
      verdict === 'fix' ? (repair(frame.payload, validator.schema(action, 'request')) as object) : frame.payload;
    const call: InboundCall = { messageId, action, payload, violations };
    const special = hooks.answerToInvalid?.(call) ?? null;
    if (special !== null) return special;
    this.#judge(violations);
    return hooks.handler(call);
  }

  /** JSON of what the handler gave. */
  #textOf({ id: messageId, action }: CallHead, result: unknown): string {
    if (typeof result !== 'object' || result === null || Array.isArray(result))
      throw new TypeError(`the handler of ${action} gave no object`);
    const { validator } = this.#options;
    if (isEmpty(result) && validator.takesEmpty(action, 'response')) return EMPTY;
    const text = serialise(result, validator.schema(action, 'response'));
    const wrong = validator.check(action, 'response', 'sent', JSON.parse(text));
    if (wrong.length > 0) this.#options.report({ kind: 'invalid-response', messageId, action, violations: wrong });
    return text;
  }

  #requireServed(action: string, hooks: ConnectionHooks): void {
    const senders = this.#options.protocol.sentBy(action);
    if (senders.length === 0)
      throw new CallError('NotImplemented', `OCPP ${this.#options.protocol.version} has no ${action.slice(0, 50)}`);
    if (!senders.some((sender) => sender !== this.#options.role))
      throw new CallError('NotSupported', `${action} is not for a ${this.#options.role.replace('-', ' ')}`);
    if (hooks.supportedActions !== undefined && !hooks.supportedActions.includes(action))
      throw new CallError('NotSupported', `${action} is not supported here`);
  }

  #violations({ id: messageId, action, payload, faults }: CallFrame): SchemaViolation[] {
    const { validator, verdict, protocol } = this.#options;
    const ofPayload = validator.check(action, 'request', 'received', payload);
    if (faults.length === 0 && ofPayload.length === 0) return ofPayload;
    const violations = [
      ...faults.map((message) => ({ path: '', message, errorCode: protocol.rules.brokenCallCode })),
      ...ofPayload,
    ];
    this.#options.report({ kind: 'invalid-payload', of: 'call', messageId, action, verdict, violations });
    return violations;
  }

  /** @throws CallError where the verdict is `strict`: `warn` and `fix` serve it */
  #judge(violations: readonly SchemaViolation[]): void {
    const first = violations[0];
    if (first === undefined || this.#options.verdict !== 'strict') return;
    throw new CallError(first.errorCode, violations.map(({ path, message }) => `${path} ${message}`.trim()).join('; '));
  }

  #errorOf(frame: CallHead, error: unknown): string {
    if (error instanceof CallError)
      return errorFrame(frame.rawId, error.errorCode, error.description, JSON.stringify(error.details));
    this.#options.report({ kind: 'handler-failed', messageId: frame.id, action: frame.action, error });
    // The other end learns no more: messages of our own errors may hold paths or SQL.
    return errorFrame(frame.rawId, 'InternalError', 'the request could not be processed');
  }
}
