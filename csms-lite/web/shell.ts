import type { ClientAssets } from './assets.js';
import { loadClientAssets } from './assets.js';
import { escapeHtml } from './html.js';
import { LOGO, NAVIGATION, THEME_BUTTON } from './shared/navigation.js';

let cached: ClientAssets | null = null;

/** Read once; asked again while there are none, so that a build beside a running server is found. */
export function clientAssets(): ClientAssets | null {
  cached ??= loadClientAssets();
  return cached;
}

export interface PageOptions {
  title: string;
  /** Path of the navigation entry that is current. */
  current: string;
  /** HTML of the page itself; absent: the client fills it in. */
  body?: string;
  /** Facts for the client, readable as JSON in #facts. */
  facts?: object;
  /** Without navigation: login. */
  bare?: boolean;
  /** The viewer's choice; absent or null: as the system has it. */
  theme?: 'light' | 'dark' | null;
}

function links(current: string, more: boolean): string {
  return NAVIGATION.filter((entry) => (entry.more === true) === more)
    .map(
      ({ path, label }) =>
        `<a href="${path}"${path === current ? ' aria-current="page"' : ''}>${escapeHtml(label)}</a>`,
    )
    .join('');
}

/** The menu of further pages is a disclosure: it opens without a script. */
function navigation(current: string): string {
  return [
    `<nav class="nav" aria-label="Pages"><div class="nav-links">${links(current, false)}</div>`,
    `<details class="nav-more"><summary>More</summary><div class="menu">${links(current, true)}<a href="/api/docs">REST API</a></div></details></nav>`,
  ].join('');
}

const NOT_BUILT =
  '<div class="notice fault"><p>The page’s script has not been built.</p><p class="hint">Run <code>npm run build</code>, then reload.</p></div>';

/**
 * A whole HTML page: masthead, navigation and either `body` or the place where the client draws. Readable without
 * JavaScript as far as that goes; nothing in it comes from another machine.
 */
export function renderPage(options: PageOptions): string {
  const assets = clientAssets();
  // A "<" cannot end the script element early once it is written as \u003c.
  const facts = JSON.stringify(options.facts ?? {}).replace(/</g, '\\u003c');
  const content = assets === null ? `${NOT_BUILT}${options.body ?? ''}` : (options.body ?? '');
  const theme = options.theme === undefined || options.theme === null ? '' : ` data-theme="${options.theme}"`;
  const client = options.body === undefined && options.bare !== true;
  const head = [
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="light dark">',
    `<title>${escapeHtml(options.title)} · csms-lite</title>`,
    '<link rel="icon" href="/favicon.svg" type="image/svg+xml">',
    assets === null ? '' : `<link rel="stylesheet" href="${assets.style}">`,
    assets === null ? '' : `<script type="module" src="${assets.script}"></script>`,
  ].join('');
  const masthead = [
    '<header class="masthead"><div class="masthead-in">',
    `<a class="brand" href="/">${LOGO}<span>Tapwatt <small>csms-lite</small></span></a>`,
    options.bare === true ? '' : navigation(options.current),
    `<div class="masthead-end"><span class="link-state" id="link-state" role="status"></span>${THEME_BUTTON}</div>`,
    '</div></header>',
  ].join('');
  return [
    `<!doctype html><html lang="en"${theme}><head>${head}</head><body>`,
    '<a class="skip" href="#page">Skip to the page</a>',
    masthead,
    `<main class="page" id="page" tabindex="-1"${client ? ' data-client' : ''}>${content}`,
    client
      ? '<noscript><p class="notice">This page is live and needs JavaScript. The same facts: <a href="/api/docs">REST API</a>.</p></noscript>'
      : '',
    `</main><script type="application/json" id="facts">${facts}</script></body></html>`,
  ].join('');
}
