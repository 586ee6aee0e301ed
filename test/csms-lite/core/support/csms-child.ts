import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { withDeadline } from '../../../support/deadline.js';
import { connectScriptedChargePoint } from '../../../support/scripted-charge-point.js';
import type { ScriptedPeer } from '../../../support/scripted-peer.js';

/** csms-lite's core and gateway as a child process that a test kills and starts again on the same database. */
export class CsmsProcess {
  #child: ChildProcess | null = null;
  readonly #file: string;
  #port = 0;

  constructor(file: string) {
    this.#file = file;
  }

  /** @param dieAfter it ends itself when the answer to the Nth CALL is about to be sent; 0 never */
  async start(dieAfter = 0): Promise<void> {
    const child = fork(fileURLToPath(new URL('./csms-process.js', import.meta.url)), [
      this.#file,
      String(this.#port),
      `die-after-write=${dieAfter}`,
    ]);
    this.#child = child;
    const [message] = await withDeadline(once(child, 'message'), 60_000, 'csms process');
    this.#port = (message as { port: number }).port;
  }

  async ended(): Promise<void> {
    if (this.#child !== null && this.#child.exitCode === null && this.#child.signalCode === null)
      await once(this.#child, 'exit');
  }

  async kill(): Promise<void> {
    this.#child?.kill('SIGKILL');
    await this.ended();
  }

  connect(identity: string): Promise<ScriptedPeer> {
    return connectScriptedChargePoint({ url: `ws://127.0.0.1:${this.#port}/ocpp`, identity });
  }
}
