import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Rejects when `work` has not settled after `timeoutMs`. uvu has no timeouts of its own.
 * @throws Error naming `what` when the time is over.
 */
export async function withDeadline<T>(work: Promise<T>, timeoutMs: number, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`${what}: nothing after ${timeoutMs} ms`)), timeoutMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * How long tests wait by default for what must come. Waiting costs nothing when it comes at once, and a busy machine
 * with two cores is not a fault of the product: a claim about speed belongs in `npm run bench`.
 */
export const PATIENCE_MS = 20_000;

/**
 * Polls `probe` until it gives something other than undefined, null or false.
 * @throws Error naming `what` when `timeoutMs` is over.
 */
export async function eventually<T>(
  probe: () => T | Promise<T>,
  what: string,
  timeoutMs = PATIENCE_MS,
  everyMs = 20,
): Promise<Exclude<T, undefined | null | false>> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const value = await probe();
    if (value !== undefined && value !== null && value !== false) return value as Exclude<T, undefined | null | false>;
    if (performance.now() > deadline) throw new Error(`${what}: not within ${timeoutMs} ms`);
    await sleep(everyMs);
  }
}
