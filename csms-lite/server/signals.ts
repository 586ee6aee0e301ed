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
