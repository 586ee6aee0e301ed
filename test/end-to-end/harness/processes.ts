import { eventually } from '../../support/deadline.js';
import { type Answer, exchange, freePort, type Program, startProgram } from '../../support/programs.js';

export { type Answer, exchange, freePort, type Program, repository, startProgram } from '../../support/programs.js';
export { type ChargePointProcess, createChargePoint } from '../../support/tapwatt-process.js';

/** csms-lite as a process. The port stays the same over restarts. */
export interface CsmsProcess {
  readonly port: number;
  program(): Program;
  /** Null before the first start. */
  readonly started: Program | null;
  get(path: string): Promise<Answer>;
  send(method: string, path: string, body?: unknown): Promise<Answer>;
  /** Starts it (again) and waits until it answers. */
  start(): Promise<void>;
}

export async function createCsms(dataDirectory: string, args: readonly string[] = []): Promise<CsmsProcess> {
  const port = await freePort();
  let program: Program | null = null;
  const csms: CsmsProcess = {
    port,
    program() {
      if (program === null) throw new Error('csms-lite was not started');
      return program;
    },
    get started() {
      return program;
    },
    get: (path) => exchange({ port }, 'GET', path),
    send: (method, path, body) => exchange({ port }, method, path, body),
    async start() {
      const started = startProgram('csms-lite/bin/csms-lite.js', [
        'serve',
        '--host',
        '127.0.0.1',
        '--port',
        String(port),
        '--data',
        dataDirectory,
        ...args,
      ]);
      program = started;
      await eventually(
        async () => {
          if (!started.running) throw new Error(`csms-lite ended:\n${started.output()}`);
          return (await csms.get('/api/v1/health').catch(() => null))?.status === 200;
        },
        'csms-lite answers',
        120_000,
      );
    },
  };
  return csms;
}
