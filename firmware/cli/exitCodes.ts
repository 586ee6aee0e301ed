/** Exit statuses of `tapwatt`; sysexits.h where it has one. Documented by `tapwatt help`. */
export const EXIT = {
  ok: 0,
  /** It was tried and did not work. */
  failed: 1,
  /** The command line is wrong. */
  usage: 2,
  /** No running charge point answers on the control socket (EX_UNAVAILABLE). */
  notReachable: 69,
  /** Not allowed (EX_NOPERM). */
  permission: 77,
  /** The configuration is wrong (EX_CONFIG); systemd does not start again after it. */
  config: 78,
} as const;

export const EXIT_HELP = `
Exit status:
  0    done
  1    it did not work
  2    the command line is wrong
  69   no running charge point answers on the control socket
  77   not allowed
  78   the configuration is wrong
  130  ended by force after Ctrl-C        143  ended by force after SIGTERM`;

/** An ending that a command chose, with what to tell the person. */
export class CommandFailed extends Error {
  readonly status: number;
  readonly hint: string | null;
  constructor(status: number, message: string, hint: string | null = null) {
    super(message);
    this.name = 'CommandFailed';
    this.status = status;
    this.hint = hint;
  }
}

/** Status and words for whatever a command threw. `typed`: what stood after `tapwatt`, for the advice to use sudo. */
export function explainFailure(
  error: unknown,
  typed: readonly string[] = [],
): { status: number; message: string; hint: string | null } {
  if (error instanceof CommandFailed) return { status: error.status, message: error.message, hint: error.hint };
  const message = error instanceof Error ? error.message : String(error);
  const code = property(error, 'code');
  const hint = property(error, 'hint');
  if (code === 'ConfigInvalid') return { status: EXIT.config, message, hint };
  if (code === 'EACCES' || code === 'EPERM')
    return { status: EXIT.permission, message, hint: hint ?? `sudo tapwatt ${typed.join(' ')}`.trim() };
  const unreachable = error instanceof Error && error.name === 'NotReachable';
  return { status: unreachable ? EXIT.notReachable : EXIT.failed, message, hint };
}

function property(value: unknown, name: string): string | null {
  if (typeof value !== 'object' || value === null || !(name in value)) return null;
  const found = (value as Record<string, unknown>)[name];
  return typeof found === 'string' && found !== '' ? found : null;
}
