import type { Clock, Timer } from '@tapwatt/hal';
import type { Connection } from '@tapwatt/ocpp';
import { backoffMs, type ReconnectPolicy } from './backoff.js';

/** What the link is doing, for GET /state and the event stream. */
export type LinkState =
  | { t: 'stopped' }
  | { t: 'connecting'; attempt: number }
  | { t: 'open'; connection: Connection }
  | { t: 'waiting'; attempt: number; delayMs: number; problem: LinkProblem };

/** Why there is no connection; `hint` says what to do about it. */
export interface LinkProblem {
  code: string;
  message: string;
  hint: string;
}

export interface LinkOptions {
  /** One attempt. The connection it gives must have its handler attached already. */
  connect: (signal: AbortSignal) => Promise<Connection>;
  clock: Pick<Clock, 'after' | 'monotonicMs'>;
  /** In [0, 1). */
  random: () => number;
  reconnect: ReconnectPolicy;
  /** WebSocketPingInterval at the moment of connecting. */
  pingIntervalS: () => number;
  onState: (state: LinkState) => void;
}

export interface Link {
  readonly state: LinkState;
  start(): void;
  /** WebSocketPingInterval changed: takes effect on the open connection. */
  setPingInterval(intervalS: number): void;
  /** Closes an open connection and connects again at once (other credentials, other security profile). */
  reconnect(reason: string): Promise<void>;
  /** Ends the keeping. Resolves when the socket is gone. */
  stop(): Promise<void>;
}

/** A connection has proven itself after this; until then its end does not reset the back-off. */
const PROVEN_AFTER_MS = 10_000;

/** Keeps one connection to the central system for as long as it runs: it never gives up. */
export function createLink(options: LinkOptions): Link {
  const { clock } = options;
  let state: LinkState = { t: 'stopped' };
  let attempt = 0;
  let timer: Timer | null = null;
  let abort: AbortController | null = null;
  let running = false;

  const enter = (next: LinkState): void => {
    state = next;
    options.onState(next);
  };

  const wait = (problem: LinkProblem, delayMs = backoffMs(options.reconnect, attempt, options.random())): void => {
    if (!running) return;
    timer?.cancel();
    timer = clock.after(delayMs, connect);
    enter({ t: 'waiting', attempt, delayMs, problem });
  };

  const opened = (connection: Connection): void => {
    const openedAtMs = clock.monotonicMs();
    connection.setPingInterval(options.pingIntervalS());
    enter({ t: 'open', connection });
    connection.onClose(({ code, reason }) => {
      if (state.t !== 'open' || state.connection !== connection) return;
      // A central system that accepts and hangs up at once must see a growing back-off, too.
      if (clock.monotonicMs() - openedAtMs >= PROVEN_AFTER_MS) attempt = 0;
      else attempt += 1;
      wait(closeProblem(code, reason));
    });
  };

  const connect = (): void => {
    if (!running) return;
    const mine = new AbortController();
    abort = mine;
    enter({ t: 'connecting', attempt });
    options.connect(mine.signal).then(
      (connection) => {
        if (running && abort === mine) opened(connection);
        else connection.terminate();
      },
      (error: unknown) => {
        if (!running || abort !== mine) return;
        attempt += 1;
        wait(connectProblem(error));
      },
    );
  };

  const dropConnection = async (reason: string): Promise<void> => {
    timer?.cancel();
    abort?.abort();
    abort = null;
    const { connection } = state.t === 'open' ? state : { connection: null };
    enter({ t: 'stopped' });
    await connection?.close(1000, reason);
  };

  return {
    get state() {
      return state;
    },
    start() {
      if (running) return;
      running = true;
      attempt = 0;
      connect();
    },
    setPingInterval(intervalS) {
      if (state.t === 'open') state.connection.setPingInterval(intervalS);
    },
    async reconnect(reason) {
      if (!running) return;
      await dropConnection(reason);
      attempt = 0;
      if (running) connect();
    },
    async stop() {
      running = false;
      await dropConnection('charge point stops');
    },
  };
}

function connectProblem(error: unknown): LinkProblem {
  if (error instanceof Error) {
    const code: unknown = Reflect.get(error, 'code');
    const hint: unknown = Reflect.get(error, 'hint');
    return {
      code: typeof code === 'string' ? code : 'Failed',
      message: error.message,
      hint: typeof hint === 'string' ? hint : 'Check csms.url in the configuration and the network of this machine.',
    };
  }
  return { code: 'Failed', message: String(error), hint: 'Check csms.url in the configuration.' };
}

function closeProblem(code: number, reason: string): LinkProblem {
  const words = reason === '' ? '' : `: ${reason}`;
  switch (code) {
    case 1000:
    case 1001:
      return {
        code: `Closed${code}`,
        message: `The central system closed the connection${words}`,
        hint: 'Nothing to do: it is connected again by itself.',
      };
    case 1006:
      return {
        code: 'ConnectionLost',
        message: `The connection broke${words}`,
        hint: 'Check the network between charge point and central system; it is connected again by itself.',
      };
    default:
      return {
        code: `Closed${code}`,
        message: `The central system closed the connection with ${code}${words}`,
        hint: 'See the log of the central system for its reason.',
      };
  }
}
