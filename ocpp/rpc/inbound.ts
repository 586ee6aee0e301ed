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
  /** Sends an answer; resolves when the other end takes what it is sent. Never rejects. */
  answer: (frame: string) => Promise<void>;
  report: (report: ConnectionReport) => void;
  pause: () => void;
  resume: () => void;
}

type CallFrame = Extract<Frame, { kind: 'call' }>;

const REPLAY_CAPACITY = 64;

/** The other end's CALLs: served one at a time in the order of arrival, each answered once. */
export class Inbound {
  readonly #options: InboundOptions;
  readonly #queue: SerialQueue;
  readonly #memory = new ReplayMemory(REPLAY_CAPACITY);

  constructor(options: InboundOptions) {
    this.#options = options;
    this.#queue = new SerialQueue(
      options.maxQueue,
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
        this.#queue.push(() => this.#serve(frame, hooks));
        return;
      case 'in-progress':
        this.#options.report({ kind: 'repeated-id', messageId: id, action, as: 'in-progress' });
        return;
      case 'answered':
        this.#options.report({ kind: 'repeated-id', messageId: id, action, as: 'replayed' });
        this.#queue.push(() => this.#options.answer(seen.answer));
        return;
      case 'other-content':
        this.#options.report({ kind: 'repeated-id', messageId: id, action, as: 'other-content' });
        this.refuse(rawId, rules.reusedIdCode, 'this message id was used before for another request');
    }
  }

  refuse(rawId: string, errorCode: string, description: string): void {
    this.#queue.push(() => this.#options.answer(errorFrame(rawId, errorCode, description)));
  }

  /** What has not begun is not served any more. */
  clear(): void {
    this.#queue.clear();
  }

  async #serve(frame: CallFrame, hooks: ConnectionHooks): Promise<void> {
    let answer: string;
    try {
      answer = resultFrame(frame.rawId, await this.#resultOf(frame, hooks));
      this.#memory.remember(frame.id, answer);
    } catch (error) {
      this.#memory.forget(frame.id);
      answer = this.#errorOf(frame, error);
    }
    await this.#options.answer(answer);
  }

  /** @throws CallError, or whatever the handler throws */
  async #resultOf(frame: CallFrame, hooks: ConnectionHooks): Promise<string> {
    const { validator, verdict } = this.#options;
    const { id: messageId, action } = frame;
    this.#requireServed(action, hooks);
    const violations = this.#violations(frame);
    const mend = verdict === 'fix' && violations.length > 0;
    const payload = mend ? (repair(frame.payload, validator.schema(action, 'request')) as object) : frame.payload;
    const call: InboundCall = { messageId, action, payload, violations };
    const special = violations.length === 0 ? null : (hooks.answerToInvalid?.(call) ?? null);
    if (special === null) this.#judge(violations);
    const result = special ?? (await hooks.handler(call));
    if (typeof result !== 'object' || result === null || Array.isArray(result))
      throw new TypeError(`the handler of ${action} gave no object`);
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

  #errorOf(frame: CallFrame, error: unknown): string {
    if (error instanceof CallError)
      return errorFrame(frame.rawId, error.errorCode, error.description, JSON.stringify(error.details));
    this.#options.report({ kind: 'handler-failed', messageId: frame.id, action: frame.action, error });
    // The other end learns no more: messages of our own errors may hold paths or SQL.
    return errorFrame(frame.rawId, 'InternalError', 'the request could not be processed');
  }
}
