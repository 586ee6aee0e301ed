import type { Clock, DigitalInput, DigitalOutput, Timer, Unsubscribe } from '@tapwatt/hal';

/** A GPIO line that may be missing: opened in the background, again and again until it works. */
interface Opening<Line> {
  readonly line: Line | null;
  /** Why it is not open; null when it is, or when the first attempt is still under way. */
  readonly problem: string | null;
  close(): Promise<void>;
}

interface OpeningOptions<Line> {
  clock: Clock;
  open(): Promise<Line>;
  onOpen(line: Line): void;
  onProblem(error: unknown): void;
}

const FIRST_RETRY_MS = 1000;
const LONGEST_RETRY_MS = 60_000;

function keepOpening<Line extends { close(): Promise<void> }>(options: OpeningOptions<Line>): Opening<Line> {
  let line: Line | null = null;
  let problem: string | null = null;
  let closed = false;
  let retry: Timer | null = null;
  let delayMs = FIRST_RETRY_MS;

  const attempt = async (): Promise<void> => {
    try {
      const opened = await options.open();
      if (closed) {
        await opened.close();
        return;
      }
      line = opened;
      problem = null;
      options.onOpen(opened);
    } catch (error) {
      if (closed) return;
      problem = error instanceof Error ? error.message : String(error);
      options.onProblem(error);
      retry = options.clock.after(delayMs, () => void attempt());
      delayMs = Math.min(LONGEST_RETRY_MS, delayMs * 2);
    }
  };
  const first = attempt();

  return {
    get line() {
      return line;
    },
    get problem() {
      return problem;
    },
    async close() {
      closed = true;
      retry?.cancel();
      await first;
      await line?.close();
    },
  };
}

/** What the owner hears of a line that comes and goes. */
export interface LineEvents {
  onOpen(): void;
  onProblem(error: unknown): void;
}

/** An output that remembers what it should be, and is that as soon as its line can be opened. */
export function persistentOutput(clock: Clock, open: () => Promise<DigitalOutput>, events: LineEvents): DigitalOutput {
  let wanted = false;
  const opening = keepOpening<DigitalOutput>({
    clock,
    open,
    onOpen(line) {
      line.write(wanted);
      events.onOpen();
    },
    onProblem: events.onProblem,
  });
  return {
    get value() {
      return wanted;
    },
    write(active) {
      wanted = active;
      opening.line?.write(active);
    },
    async close() {
      wanted = false;
      opening.line?.write(false);
      await opening.close();
    },
  };
}

/** An input that reads `false` until its line can be opened, and then tells of the change if there is one. */
export function persistentInput(clock: Clock, open: () => Promise<DigitalInput>, events: LineEvents): DigitalInput {
  const listeners = new Set<(active: boolean) => void>();
  let last = false;
  const tell = (active: boolean): void => {
    if (active === last) return;
    last = active;
    for (const listener of [...listeners]) listener(active);
  };
  const opening = keepOpening<DigitalInput>({
    clock,
    open,
    onOpen(line) {
      line.onChange(tell);
      tell(line.read());
      events.onOpen();
    },
    onProblem: events.onProblem,
  });
  return {
    read: () => opening.line?.read() ?? last,
    onChange(listener): Unsubscribe {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    close: () => opening.close(),
  };
}
