import { escapeHtml } from '../web/html.js';
import type { WebConfiguration } from './web-configuration.js';

/**
 * Hosts that the page may talk to. Google's databases send a client on to one of their machines, which have names of their own.
 */
export function connectSources(databaseUrl: string): string {
  const { hostname, host, protocol } = new URL(databaseUrl);
  const google = ['firebaseio.com', 'firebasedatabase.app'].find((domain) => hostname.endsWith(`.${domain}`));
  return google === undefined ? `${protocol === 'https:' ? 'wss' : 'ws'}://${host}` : `wss://*.${google}`;
}

/** The one page of the site. Its script is the only one, and comes from where the page comes from. Pure. */
export function sitePage(configuration: WebConfiguration, basePath: string): string {
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    'img-src data:',
    `connect-src ${connectSources(configuration.databaseURL)}`,
    "base-uri 'self'",
    "form-action 'self'",
  ].join('; ');
  // `<` would end the element that holds it.
  const json = JSON.stringify(configuration).replaceAll('<', '\\u003c');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<meta http-equiv="content-security-policy" content="${escapeHtml(policy)}">
<base href="${escapeHtml(basePath)}">
<title>Charging</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="driver.css">
<script type="application/json" id="configuration">${json}</script>
<script src="hmi.js" defer></script>
</head>
<body>
<header><h1 id="heading">Charging</h1><p id="note"></p><p id="link" role="status"></p></header>
<main>
<noscript><section class="state off"><h2>This page needs JavaScript</h2></section></noscript>
<div id="state"></div>
<div id="choose" hidden><form><label>Number of the charger and its connector, as on the charger: CP01/1
<input name="c" required maxlength="80" autocomplete="off" autocapitalize="characters" spellcheck="false"></label>
<button>Show</button></form></div>
</main>
</body>
</html>
`;
}
