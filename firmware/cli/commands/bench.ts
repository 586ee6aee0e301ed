import { POWER_MODULE_BENCH_MODES } from '../../control/target.js';
import { type CommandSpec, number, type OptionSpec, type Parse, yesNo } from './spec.js';

/** A command that is one request to a bench route; docs of the routes: control/benchRoutes.ts. */
interface BenchCommand {
  name: string;
  route: string;
  summary: string;
  arguments?: CommandSpec['arguments'];
  options?: readonly OptionSpec[];
  /** What to print when it was done. */
  done(body: Readonly<Record<string, unknown>>): string;
}

const numbers: Parse = (value) => value.split(',').map(number);

const connector: OptionSpec = {
  flags: '-c, --connector <id>',
  key: 'connectorId',
  description: 'which connector (default 1)',
  parse: number,
};
const where = (body: Readonly<Record<string, unknown>>): string => `connector ${String(body.connectorId ?? 1)}`;

const table: readonly BenchCommand[] = [
  {
    name: 'tap',
    route: '/tap',
    summary: 'hold a card to the simulated reader',
    arguments: [{ syntax: '<idTag>', key: 'idTag', description: 'UID in hex (8, 14 or 20 digits), or any other text' }],
    options: [
      { flags: '--connectors <ids>', key: 'connectorIds', description: 'which it may serve, as 1,2', parse: numbers },
    ],
    done: (body) => `Card ${String(body.idTag)} held to the reader.`,
  },
  {
    name: 'plug-in',
    route: '/plug-in',
    summary: 'connect cable and car',
    options: [
      connector,
      {
        flags: '--current <A>',
        key: 'currentA',
        description: 'what the car draws at most (default 32)',
        parse: number,
      },
      { flags: '--phases <n>', key: 'phases', description: 'phases that the car uses (default 1)', parse: number },
      {
        flags: '--draw-delay <ms>',
        key: 'drawDelayMs',
        description: 'from power offered to first current',
        parse: number,
      },
    ],
    done: (body) => `Car plugged in at ${where(body)}.`,
  },
  {
    name: 'plug-out',
    route: '/plug-out',
    summary: 'take the cable out',
    options: [connector],
    done: (body) => `Car unplugged at ${where(body)}.`,
  },
  {
    name: 'fault',
    route: '/fault',
    summary: 'raise a hardware fault',
    arguments: [{ syntax: '<errorCode>', key: 'errorCode', description: 'OCPP 1.6 error code, such as GroundFailure' }],
    options: [
      connector,
      { flags: '--info <text>', key: 'info', description: 'free text' },
      { flags: '--vendor-id <text>', key: 'vendorId', description: 'vendorId' },
      { flags: '--vendor-error-code <text>', key: 'vendorErrorCode', description: 'vendorErrorCode' },
    ],
    done: (body) => `${String(body.errorCode)} raised at ${where(body)}.`,
  },
  {
    name: 'clear-fault',
    route: '/clear-fault',
    summary: 'take the faults of the bench back',
    options: [connector],
    done: (body) => `Faults cleared at ${where(body)}.`,
  },
  {
    name: 'ev',
    route: '/ev',
    summary: 'the car pauses, resumes, or changes its demand',
    options: [
      connector,
      { flags: '--ready <yes|no>', key: 'ready', description: 'no: the car pauses', parse: yesNo },
      { flags: '--current <A>', key: 'currentA', description: 'what it draws at most', parse: number },
    ],
    done: (body) => `The car at ${where(body)} was told.`,
  },
  {
    name: 'meter',
    route: '/meter',
    summary: 'read or set the simulated meter',
    options: [
      connector,
      { flags: '--energy <Wh>', key: 'energyWh', description: 'new value of the register', parse: number },
    ],
    done: (body) => `Register of ${where(body)}:`,
  },
  {
    name: 'power-module',
    route: '/power-module',
    summary: 'make the power module misbehave',
    arguments: [
      {
        syntax: '<mode>',
        key: 'mode',
        description: 'what it does',
        choices: POWER_MODULE_BENCH_MODES,
      },
    ],
    options: [connector],
    done: (body) => `The power module of ${where(body)} is ${String(body.mode)} now.`,
  },
  {
    name: 'reader',
    route: '/reader',
    summary: 'make the card reader misbehave',
    arguments: [
      {
        syntax: '<mode>',
        key: 'mode',
        description: 'what it does',
        choices: ['normal', 'missing', 'busy', 'garbage', 'silent'],
      },
    ],
    done: (body) => `The reader is ${String(body.mode)} now.`,
  },
  {
    name: 'power-cut',
    route: '/power-cut',
    summary: 'end the process at once, as a power cut does',
    done: () => 'Power cut.',
  },
];

/** Commands for simulated hardware. */
export const benchCommands: readonly CommandSpec[] = table.map((bench) => ({
  path: bench.name,
  section: 'Simulated hardware',
  summary: bench.summary,
  arguments: bench.arguments ?? [],
  options: bench.options ?? [],
  json: true,
  async run(call) {
    const { runBenchCommand } = await import('../benchCommand.js');
    await runBenchCommand(bench, await call.socket(), call.given, call.json);
  },
}));
