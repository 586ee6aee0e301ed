import type { Connection, ConnectionHooks, ConnectionReport } from '@tapwatt/ocpp';
import { createLink, type Link, type LinkOptions } from '../ocpp/link.js';
import type { V16Client } from '../ocpp/v16/client.js';
import type { Access } from '../security/access.js';
import type { Attempts } from '../security/attempts.js';
import { redactFrame } from '../security/redactFrame.js';
import type { Events } from './events.js';
import { createReportLog } from './reportLog.js';

/** One attempt to reach the central system, with everything that the configuration says about how. */
export type Connect = (hooks: ConnectionHooks & { signal: AbortSignal; access: Access }) => Promise<Connection>;

export interface StationLinkOptions extends Pick<LinkOptions, 'clock' | 'random' | 'reconnect' | 'pingIntervalS'> {
  connect: Connect;
  client: V16Client;
  /** Address and credentials, and what is learned of them. */
  attempts: Attempts;
  /** What a connection noticed, besides the log. */
  reported: (report: ConnectionReport) => void;
  events: Events;
  log: (level: 'debug' | 'info' | 'warn' | 'error', message: string, data?: Record<string, unknown>) => void;
  /** /state shows something else now. */
  changed: () => void;
}

/** The link to the central system, told to client, people and log. */
export function createStationLink(options: StationLinkOptions): Link {
  const { client, events, log } = options;
  const logReport = createReportLog(() => options.clock.monotonicMs(), log);
  let connected = false;
  let lastProblem: string | null = null;

  return createLink({
    ...options,
    connect: async (signal) =>
      await options.connect({
        ...client.hooks,
        signal,
        access: options.attempts.next(),
        onFrame: ({ direction, text }) => log('debug', `${direction === 'in' ? '<' : '>'} ${redactFrame(text)}`),
        onReport: (report) => {
          logReport(report);
          options.reported(report);
        },
      }),
    onState(state) {
      let dropped = false;
      if (state.t === 'open') {
        connected = true;
        lastProblem = null;
        options.attempts.ended({ t: 'open' });
        events.tell('Connected', `Connected to the central system (OCPP ${state.connection.version})`);
        client.connected(state.connection);
      } else if (connected) {
        connected = false;
        dropped = true;
        client.disconnected();
        if (state.t === 'stopped') events.tell('Disconnected', 'Disconnected from the central system');
      }
      if (state.t === 'waiting') {
        const { code, message, hint } = state.problem;
        if (!dropped) options.attempts.ended({ t: 'failed', code, message });
        const waitS = Math.round(state.delayMs / 100) / 10;
        log('warn', `${message}; next attempt in ${waitS} s`, { code, hint, attempt: state.attempt });
        // The same obstacle again and again is one event.
        if (lastProblem !== code) {
          lastProblem = code;
          events.tell('Disconnected', `No connection to the central system: ${message}. ${hint}`, {
            data: { code, hint },
          });
        }
      }
      options.changed();
    },
  });
}
