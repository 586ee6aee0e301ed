import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import * as assert from 'uvu/assert';
import { eventually } from '../../support/deadline.js';
import { repository } from '../../support/programs.js';
import { told } from '../../support/told.js';

const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';

/** Whether a browser is here; says so loudly when not. */
export function haveBrowser(): boolean {
  const have = existsSync(CHROMIUM);
  if (!have) console.log(`SKIPPED: no browser at ${CHROMIUM} (apt-get install chromium, or set CHROMIUM)`);
  return have;
}

/** On a machine that is busy with other tests a browser needs its time; this is no claim of speed. */
const PATIENCE_MS = 60_000;

/** Chromium sometimes dies while it starts on a machine without room; the next one lives. */
const ATTEMPTS = 3;

export async function launch(attempt = 1): Promise<Browser> {
  try {
    return await told(`the start of Chromium, attempt ${attempt}`, start);
  } catch (error) {
    if (attempt >= ATTEMPTS) throw error;
    return await launch(attempt + 1);
  }
}

function start(): Promise<Browser> {
  return chromium.launch({
    timeout: PATIENCE_MS,
    executablePath: CHROMIUM,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

/** What a page must not do: errors on the console, and requests that leave this machine. */
export interface Watched {
  page: Page;
  errors: string[];
  foreignRequests: string[];
}

export async function openPage(browser: Browser, url: string, width = 1280): Promise<Watched> {
  const page = await browser.newPage({ viewport: { width, height: 800 } });
  page.setDefaultTimeout(PATIENCE_MS);
  const errors: string[] = [];
  const foreignRequests: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  page.on('pageerror', (error) => errors.push(String(error)));
  page.on('request', (request) => {
    if (new URL(request.url()).hostname !== '127.0.0.1') foreignRequests.push(request.url());
  });
  await page.goto(url);
  return { page, errors, foreignRequests };
}

const ARTIFACTS = join(repository, 'test/.artifacts');

/** Keeps a picture of the page as a build artefact: `test/.artifacts/<name>.png`. */
export async function keepPicture(page: Page, name: string): Promise<void> {
  mkdirSync(ARTIFACTS, { recursive: true });
  await page.screenshot({ path: join(ARTIFACTS, `${name}.png`), fullPage: true });
}

/** Waits until the page's main part says something. The time is for a machine that is busy, not a claim of speed. */
export async function untilText(page: Page, text: string | RegExp, withinMs = 60_000): Promise<void> {
  await eventually(
    async () => {
      const shown = await page.locator('main').innerText();
      return typeof text === 'string' ? shown.includes(text) : text.test(shown);
    },
    `${text} on the page`,
    withinMs,
  );
}

export function assertClean({ errors, foreignRequests }: Watched): void {
  assert.equal(errors, [], 'no error on the console');
  assert.equal(foreignRequests, [], 'no request leaves the machine');
}

export async function assertNothingSticksOut(page: Page, what: string): Promise<void> {
  const sticksOut = await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
  assert.is(sticksOut, 0, `${what} is wider than the screen`);
}

let axe: string | null = null;

/** axe-core finds nothing serious in the light; in the dark the colours are looked at again. */
export async function assertAccessible(page: Page, what: string): Promise<void> {
  axe ??= readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  // The policy of the page forbids foreign scripts; the test may use the debugger's door.
  await page.evaluate(axe);
  const rules = { light: '{}', dark: "{ runOnly: ['color-contrast'] }" };
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    const serious = await page.evaluate<string[]>(
      `axe.run(document, ${rules[colorScheme]}).then(({ violations }) => violations.filter(({ impact }) => impact === 'serious' || impact === 'critical').map(({ id, nodes }) => id + ': ' + nodes.map((node) => node.html).join(' | ')))`,
    );
    assert.equal(serious, [], `${what} ${colorScheme}`);
  }
  await page.emulateMedia({ colorScheme: 'light' });
}

/** Opens one page after the other on a phone's width and looks at each. */
export async function assertPagesAccessible(browser: Browser, url: string, paths: readonly string[]): Promise<void> {
  const watched = await openPage(browser, `${url}${paths[0] ?? '/'}`, 360);
  const { page } = watched;
  for (const path of paths) {
    if (new URL(page.url()).pathname !== path) await page.goto(`${url}${path}`);
    await eventually(async () => (await page.locator('main').innerText()).length > 20, `${path} drawn`, 20_000);
    await assertNothingSticksOut(page, path);
    await assertAccessible(page, path);
    assertClean(watched);
  }
  await page.close();
}
