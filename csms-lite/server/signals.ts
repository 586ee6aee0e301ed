/** SIGHUP reads again what can be read again; it must not end a server that nobody meant to end. */
export function reloadOnHangUp(reload: () => void): void {
  process.on('SIGHUP', () => {
    try {
      reload();
    } catch (error) {
      const { message, hint = '' } = error as Error & { hint?: string };
      process.stderr.write(`csms-lite: ${message} ${hint}\n`);
    }
  });
}

/**
 * Ends the process in order on SIGINT and SIGTERM; a second signal ends it at once.
 * @param close must settle; its failure makes the exit status 1
 */
export function endOnSignals(close: () => Promise<void>): void {
  let ending = false;
  const end = (signal: NodeJS.Signals): void => {
    if (ending) process.exit(signal === 'SIGINT' ? 130 : 143);
    ending = true;
    close().then(
      () => process.exit(0),
      (error: unknown) => {
        process.stderr.write(
          `csms-lite: closing failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
        );
        process.exit(1);
      },
    );
  };
  process.on('SIGINT', end);
  process.on('SIGTERM', end);
}
