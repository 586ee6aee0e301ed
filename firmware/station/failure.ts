/** What to show of an error: code, message and hint where it has them. */
export function describeFailure(error: unknown): {
  code: string;
  message: string;
  hint: string;
  data: Record<string, unknown>;
} {
  const read = (name: string): string | null => {
    const value: unknown = error instanceof Error ? Reflect.get(error, name) : null;
    return typeof value === 'string' ? value : null;
  };
  const code = read('code') ?? 'INTERNAL';
  const hint = read('hint') ?? 'This is a defect in tapwatt: please report it with the log.';
  const message = error instanceof Error ? error.message : String(error);
  const stack = error instanceof Error && read('hint') === null ? { stack: error.stack } : {};
  return { code, message, hint, data: { code, hint, ...stack } };
}
