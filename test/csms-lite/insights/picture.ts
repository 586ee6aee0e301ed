import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';

const ARTIFACTS = fileURLToPath(new URL('../../../.artifacts', import.meta.url));
/** A run of the thread gives way to everything else: on a machine that is busy with tests it may wait for long. */
export const PATIENCE_MS = 100_000;

/** The whole page as a picture in `test/.artifacts`. */
export async function picture(page: Page, name: string): Promise<void> {
  mkdirSync(ARTIFACTS, { recursive: true });
  await page.evaluate('scrollTo(0, 0)');
  await page.screenshot({ path: join(ARTIFACTS, `${name}.png`), fullPage: true });
}
