import { eventually } from './deadline.js';
import { type Answer, exchange, type Program, startProgram } from './programs.js';

/** tapwatt as a process. */
export interface ChargePointProcess {
  readonly socketPath: string;
  /** The newest one. @throws Error before the first start */
  program(): Program;
  /** Null before the first start. */
  readonly started: Program | null;
  get(path: string): Promise<Answer>;
  post(path: string, body?: unknown): Promise<Answer>;
  /** Starts it (again) and waits until its control socket answers. */
  start(): Promise<void>;
}

export function createChargePoint(
  configFile: string,
  socketPath: string,
  args: readonly string[] = [],
): ChargePointProcess {
  let program: Program | null = null;
  const chargePoint: ChargePointProcess = {
    socketPath,
    program() {
      if (program === null) throw new Error('tapwatt was not started');
      return program;
    },
    get started() {
      return program;
    },
    get: (path) => exchange({ socketPath }, 'GET', path),
    post: (path, body = {}) => exchange({ socketPath }, 'POST', path, body),
    async start() {
      const started = startProgram('firmware/bin/tapwatt.js', ['run', '--config', configFile, ...args]);
      program = started;
      await eventually(
        async () => {
          if (!started.running) throw new Error(`tapwatt ended:\n${started.output()}`);
          return (await chargePoint.get('/state').catch(() => null))?.status === 200;
        },
        'tapwatt answers',
        120_000,
      );
    },
  };
  return chargePoint;
}
