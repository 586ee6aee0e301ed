/** One bench command: a name, its words for people, and how its arguments become the body of a route. */
export interface BenchCommand {
  name: string;
  route: string;
  description: string;
  /** Positional arguments, `<required>` or `[optional]`, by body key. */
  arguments: readonly BenchArgument[];
  options: readonly BenchOption[];
  /** What to print when it was done. */
  done(body: Record<string, unknown>): string;
}

export interface BenchArgument {
  syntax: string;
  key: string;
  description: string;
  choices?: readonly string[];
}

export interface BenchOption {
  flags: string;
  key: string;
  description: string;
  parse: Parse;
}

/** Text of the command line to a JSON value. @throws Error with what is wanted. */
export type Parse = (text: string) => unknown;

const number: Parse = (text) => {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw new Error(`"${text}" is not a number`);
  return value;
};
const yesNo: Parse = (text) => {
  if (['true', 'yes', 'on', '1'].includes(text)) return true;
  if (['false', 'no', 'off', '0'].includes(text)) return false;
  throw new Error(`"${text}" is neither yes nor no`);
};
const text: Parse = (value) => value;
const numbers: Parse = (value) => value.split(',').map(number);

const connector: BenchOption = {
  flags: '-c, --connector <id>',
  key: 'connectorId',
  description: 'which connector (default 1)',
  parse: number,
};
const where = (body: Record<string, unknown>): string => `connector ${String(body.connectorId ?? 1)}`;

export const benchCommands: readonly BenchCommand[] = [
  {
    name: 'tap',
    route: '/tap',
    description: 'hold a card to the simulated reader',
    arguments: [{ syntax: '<idTag>', key: 'idTag', description: 'UID in hex (8, 14 or 20 digits), or any other text' }],
    options: [
      { flags: '--connectors <ids>', key: 'connectorIds', description: 'which it may serve, as 1,2', parse: numbers },
    ],
    done: (body) => `Card ${String(body.idTag)} held to the reader.`,
  },
  {
    name: 'plug-in',
    route: '/plug-in',
    description: 'connect cable and car',
    arguments: [],
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
    description: 'take the cable out',
    arguments: [],
    options: [connector],
    done: (body) => `Car unplugged at ${where(body)}.`,
  },
  {
    name: 'fault',
    route: '/fault',
    description: 'raise a hardware fault',
    arguments: [{ syntax: '<errorCode>', key: 'errorCode', description: 'OCPP 1.6 error code, such as GroundFailure' }],
    options: [
      connector,
      { flags: '--info <text>', key: 'info', description: 'free text', parse: text },
      { flags: '--vendor-id <text>', key: 'vendorId', description: 'vendorId', parse: text },
      { flags: '--vendor-error-code <text>', key: 'vendorErrorCode', description: 'vendorErrorCode', parse: text },
    ],
    done: (body) => `${String(body.errorCode)} raised at ${where(body)}.`,
  },
  {
    name: 'clear-fault',
    route: '/clear-fault',
    description: 'take the faults of the bench back',
    arguments: [],
    options: [connector],
    done: (body) => `Faults cleared at ${where(body)}.`,
  },
  {
    name: 'ev',
    route: '/ev',
    description: 'the car pauses, resumes, or changes its demand',
    arguments: [],
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
    description: 'read or set the simulated meter',
    arguments: [],
    options: [
      connector,
      { flags: '--energy <Wh>', key: 'energyWh', description: 'new value of the register', parse: number },
    ],
    done: (body) => `Register of ${where(body)}:`,
  },
  {
    name: 'power-module',
    route: '/power-module',
    description: 'make the power module misbehave',
    arguments: [
      {
        syntax: '<mode>',
        key: 'mode',
        description: 'what it does',
        choices: ['normal', 'silent', 'stuck-on', 'noisy'],
      },
    ],
    options: [connector],
    done: (body) => `The power module of ${where(body)} is ${String(body.mode)} now.`,
  },
  {
    name: 'reader',
    route: '/reader',
    description: 'make the card reader misbehave',
    arguments: [
      {
        syntax: '<mode>',
        key: 'mode',
        description: 'what it does',
        choices: ['normal', 'missing', 'busy', 'garbage', 'silent'],
      },
    ],
    options: [],
    done: (body) => `The reader is ${String(body.mode)} now.`,
  },
  {
    name: 'power-cut',
    route: '/power-cut',
    description: 'end the process at once, as a power cut does',
    arguments: [],
    options: [],
    done: () => 'Power cut.',
  },
];

/** Runs a bench command against a socket. */
export async function runBenchCommand(
  command: BenchCommand,
  socket: string,
  body: Record<string, unknown>,
  json: boolean,
): Promise<void> {
  const { ask, NotReachable } = await import('../control/client.js');
  let answer: unknown;
  try {
    answer = await ask(socket, 'POST', command.route, body);
  } catch (error) {
    // A process that died of it did what it was told.
    const died = error instanceof NotReachable && ['ECONNRESET', 'NoAnswer'].includes(error.code);
    if (command.name !== 'power-cut' || !died) throw error;
    answer = { ok: true };
  }
  if (json) {
    console.log(JSON.stringify(answer));
    return;
  }
  const { energyWh } = answer as { energyWh?: number };
  console.log(energyWh === undefined ? command.done(body) : `${command.done(body)} ${energyWh} Wh`);
}
