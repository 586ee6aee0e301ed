/**
 * uvu swallows what a `before` hook throws: the file reports 0 passed and no reason. What hooks start goes through
 * here, so that the reason is in the output.
 */
export async function told<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    console.error(`${what} failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    throw error;
  }
}
