import { readFileSync } from 'node:fs';

/**
 * Tells this process from every other, and is the same in all of its threads: boot, pid, and the moment the process
 * began. It shows whether transactions found open were interrupted, or whether only the station thread was restarted.
 */
export function processIdentity(bootId: string): string {
  return `${bootId}/${process.pid}/${startedAt()}`;
}

/** Field 22 of /proc/self/stat: start time in clock ticks since boot. Empty where there is no /proc. */
function startedAt(): string {
  try {
    const stat = readFileSync('/proc/self/stat', 'utf8');
    // The second field is the command in parentheses, which may hold spaces and parentheses.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch (error) {
    const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined;
    if (code === 'ENOENT') return '';
    throw error;
  }
}
