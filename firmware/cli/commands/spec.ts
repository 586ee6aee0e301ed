/** One command of `tapwatt`. Help, completion, manual page and docs/commands.md are made from these and from nothing else. */
export interface CommandSpec {
  /** As typed after `tapwatt`: `config set`. */
  path: string;
  section: Section;
  /** One line, no full stop. */
  summary: string;
  /** More, for `--help`, the manual page and docs/commands.md. */
  details?: string;
  /** Complete command lines with what each does. */
  examples?: readonly (readonly [line: string, what: string])[];
  arguments?: readonly ArgumentSpec[];
  options?: readonly OptionSpec[];
  /** Has a --json form, in which standard output is JSON and nothing else. Other commands refuse --json. */
  json: boolean;
  /** Imports what it needs itself, so that `--help` is quick. */
  run(call: Call): Promise<void> | void;
}

/** Headings of `tapwatt --help`, in this order. */
export const SECTIONS = ['Set up', 'Run', 'Look', 'Change', 'Hardware', 'Simulated hardware', 'Shell'] as const;
export type Section = (typeof SECTIONS)[number];

/** Text of the command line to a value. @throws Error with what is wanted. */
export type Parse = (text: string) => unknown;

/** What a shell offers for a value. */
export type Values = readonly string[] | 'file' | 'config-key' | 'ocpp-key';

export interface ArgumentSpec {
  /** `<required>` or `[optional]`. */
  syntax: string;
  key: string;
  description: string;
  /** Nothing else is taken. */
  choices?: readonly string[];
  /** Offered by the shell; anything is taken. */
  values?: Values;
  parse?: Parse;
}

export interface OptionSpec {
  /** `-n, --lines <n>` */
  flags: string;
  key: string;
  description: string;
  /** Environment variable that says the same. */
  env?: string;
  /** May be given several times. */
  repeated?: true;
  values?: Values;
  parse?: Parse;
}

/** A command line that was understood. */
export interface Call {
  json: boolean;
  /** Everything that was given, by key; what was not given is not there. */
  given: Readonly<Record<string, unknown>>;
  text(key: string): string | undefined;
  number(key: string): number | undefined;
  flag(key: string): boolean;
  /** Where the running charge point is. */
  socket(): Promise<string>;
  /** `--socket` alone, when it was given. */
  socketFlag: string | undefined;
  /** `--config` and `--set`. */
  file: FileOptions;
}

export interface FileOptions {
  config?: string;
  set?: string[];
}

export const CONFIG_OPTION: OptionSpec = {
  flags: '--config <file>',
  key: 'config',
  description: 'configuration file',
  env: 'TAPWATT_CONFIG',
  values: 'file',
};

export const SET_OPTION: OptionSpec = {
  flags: '--set <key=value>',
  key: 'set',
  description: 'override a value of the file, as csms.url=ws://…; may be repeated',
  repeated: true,
  values: 'config-key',
};

/** A number. */
export const number: Parse = (text) => {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw new Error(`"${text}" is not a number`);
  return value;
};

/** A whole number within limits. */
export const wholeNumber =
  (least: number, most: number): Parse =>
  (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < least || value > most)
      throw new Error(`"${text}" is not a whole number from ${least} to ${most}`);
    return value;
  };

/** yes or no, in the words that people use. */
export const yesNo: Parse = (text) => {
  if (['true', 'yes', 'on', '1'].includes(text)) return true;
  if (['false', 'no', 'off', '0'].includes(text)) return false;
  throw new Error(`"${text}" is neither yes nor no`);
};
