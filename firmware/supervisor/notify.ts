import { spawn } from 'node:child_process';
import { type Log, messageOf } from './log.js';

/** Messages to systemd. All of them do nothing when NOTIFY_SOCKET is not set. */
export interface ServiceManager {
  /** Milliseconds within which systemd wants a sign of life; null when it wants none. */
  readonly watchdogMs: number | null;
  ready(status: string): Promise<void>;
  alive(): Promise<void>;
  status(text: string): Promise<void>;
  stopping(): Promise<void>;
}

/**
 * sd_notify by way of `systemd-notify` (Node has no unix datagram sockets). It waits until systemd has read the
 * message, so it may end before this process does. The unit needs `NotifyAccess=all`.
 * @param command the program; tests give another.
 */
export function createServiceManager(
  environment: NodeJS.ProcessEnv,
  log: Log,
  command: readonly string[] = ['systemd-notify'],
): ServiceManager {
  const socket = environment.NOTIFY_SOCKET;
  const periodUs = Number(environment.WATCHDOG_USEC);
  // WATCHDOG_PID names who is meant, when it is there (sd_watchdog_enabled).
  const forUs = environment.WATCHDOG_PID === undefined || Number(environment.WATCHDOG_PID) === process.pid;
  let complained = false;

  const send = (...lines: string[]): Promise<void> => {
    const [file, ...before] = command;
    if (!socket || file === undefined) return Promise.resolve();
    return new Promise((resolve) => {
      // --pid says that the message is this process's, not the messenger's.
      const child = spawn(file, [...before, `--pid=${process.pid}`, ...lines], {
        stdio: 'ignore',
        env: { PATH: environment.PATH ?? '/usr/bin:/bin', NOTIFY_SOCKET: socket },
      });
      const complain = (reason: string, hint: string): void => {
        if (!complained) log.warn(`systemd could not be told: ${reason}`, { hint });
        complained = true;
      };
      child.on('error', (error) => {
        complain(messageOf(error), 'is systemd-notify installed?');
        resolve();
      });
      child.on('exit', (code) => {
        // Seen on a machine under heavy load: the message is sent, the receipt did not come within 5 s.
        if (code !== 0) complain(`systemd-notify ended with status ${code}`, 'is the machine very busy?');
        resolve();
      });
    });
  };

  return {
    watchdogMs: socket && forUs && periodUs > 0 ? periodUs / 1000 : null,
    ready: (status) => send('READY=1', `STATUS=${status}`),
    alive: () => send('WATCHDOG=1'),
    status: (text) => send(`STATUS=${text}`),
    stopping: () => send('STOPPING=1', 'STATUS=Stopping'),
  };
}
