import type { ConnectionHooks, ConnectionReport, FrameRecord, LateAnswer } from '../connection.js';

/** Tells a connection's owner what happened. An owner that throws harms neither the connection nor the process. */
export class Notifier {
  #hooks: ConnectionHooks | null = null;

  attach(hooks: ConnectionHooks): void {
    this.#hooks = hooks;
  }

  frame(direction: FrameRecord['direction'], text: string): void {
    // Without `guard`: this runs for every frame, and a closure each is felt.
    try {
      this.#hooks?.onFrame?.({ direction, text, atMs: Date.now() });
    } catch (error) {
      this.report({ kind: 'hook-failed', hook: 'onFrame', error });
    }
  }

  lateAnswer(late: LateAnswer): void {
    this.guard('onLateAnswer', () => this.#hooks?.onLateAnswer?.(late));
  }

  report(report: ConnectionReport): void {
    try {
      this.#hooks?.onReport?.(report);
    } catch (error) {
      process.emitWarning(`onReport of an OCPP connection threw: ${String(error)}`, 'TapwattHookWarning');
    }
  }

  guard(hook: string, call: () => void): void {
    try {
      call();
    } catch (error) {
      this.report({ kind: 'hook-failed', hook, error });
    }
  }
}
