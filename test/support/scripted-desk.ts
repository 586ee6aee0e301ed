import type { Responder, ScriptedCall } from './scripted-call.js';

interface Waiter {
  fits: (call: ScriptedCall) => boolean;
  take: (call: ScriptedCall) => void;
}

/** Where CALLs wait for the test: one per charge point, one for all connections of a central system. */
export class Desk {
  readonly responders = new Map<string, Responder>();
  readonly #inbox: ScriptedCall[] = [];
  readonly #waiters: Waiter[] = [];

  /** CALLs that nobody has taken or answered. */
  get untaken(): readonly ScriptedCall[] {
    return this.#inbox;
  }

  /** Forgets responders and CALLs that nobody took. */
  clear(): void {
    this.responders.clear();
    this.#inbox.length = 0;
  }

  deliver(call: ScriptedCall): void {
    const waiting = this.#waiters.findIndex((waiter) => waiter.fits(call));
    if (waiting >= 0) {
      this.#waiters.splice(waiting, 1)[0]?.take(call);
      return;
    }
    const responder = this.responders.get(call.action);
    if (responder === undefined) this.#inbox.push(call);
    else void respond(call, responder);
  }

  expect(what: string, fits: (call: ScriptedCall) => boolean, withinMs: number): Promise<ScriptedCall> {
    const here = this.#inbox.findIndex(fits);
    if (here >= 0) {
      const [call] = this.#inbox.splice(here, 1);
      if (call !== undefined) return Promise.resolve(call);
    }
    return new Promise((resolve, reject) => {
      const waiter: Waiter = {
        fits,
        take: (call) => {
          clearTimeout(timer);
          resolve(call);
        },
      };
      const timer = setTimeout(() => {
        this.#waiters.splice(this.#waiters.indexOf(waiter), 1);
        const others = this.#inbox.map((call) => call.action).join(', ') || 'nothing else';
        reject(new Error(`expected ${what} within ${withinMs} ms; waiting: ${others}`));
      }, withinMs);
      this.#waiters.push(waiter);
    });
  }
}

async function respond(call: ScriptedCall, responder: Responder): Promise<void> {
  const payload = typeof responder === 'function' ? await responder(call) : responder;
  if (payload !== undefined && call.peer.isOpen) call.answer(payload);
}
