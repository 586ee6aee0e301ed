import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';

const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';

/** Whether a browser is here; says so loudly when not. */
export function haveBrowser(): boolean {
  const have = existsSync(CHROMIUM);
  if (!have) console.log(`SKIPPED: no browser at ${CHROMIUM} (apt-get install chromium, or set CHROMIUM)`);
  return have;
}

export function launch(): Promise<Browser> {
  return chromium.launch({
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
