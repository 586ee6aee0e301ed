/** Where a configuration value was written. */
export type Origin =
  | { kind: 'file'; file: string; line: number; column: number }
  | { kind: 'environment'; variable: string }
  | { kind: 'flag'; flag: string };

/** One mistake in the configuration: where, what is wrong, what to type instead. */
export interface ConfigProblem {
  /** Dotted path of the value, `csms.url`, `connectors[0].id`; empty for the whole file. */
  path: string;
  origin: Origin;
  message: string;
  hint: string;
}

/** sysexits.h EX_CONFIG; systemd units carry `RestartPreventExitStatus=78`. */
export const EXIT_CONFIG = 78;

/** The configuration cannot be used. `problems` has every mistake, in the order of the file. */
export class ConfigError extends Error {
  readonly code = 'ConfigInvalid';
  readonly problems: readonly ConfigProblem[];
  readonly hint: string;

  constructor(problems: readonly ConfigProblem[]) {
    super(problems.map(formatProblem).join('\n'));
    this.name = 'ConfigError';
    this.problems = problems;
    this.hint = 'Correct what is named above, then check with: tapwatt config validate';
  }
}

/** `config.yaml:12:3`, or the environment variable or flag. */
export function formatOrigin(origin: Origin): string {
  switch (origin.kind) {
    case 'file':
      return `${origin.file}:${origin.line}:${origin.column}`;
    case 'environment':
      return `environment ${origin.variable}`;
    case 'flag':
      return origin.flag;
  }
}

/** Two lines: place and mistake; what to type. */
export function formatProblem(problem: ConfigProblem): string {
  const subject = problem.path === '' ? '' : `${problem.path}: `;
  return `${formatOrigin(problem.origin)}: ${subject}${problem.message}\n    → ${problem.hint}`;
}

/** `['connectors', 0, 'id']` as `connectors[0].id`. */
export function formatPath(path: readonly (string | number)[]): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`;
    return text === '' ? part : `${text}.${part}`;
  }, '');
}
