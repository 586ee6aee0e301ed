import { effect } from '@preact/signals';
import { render } from 'preact';
import './style/style.css';
import { startState, unknownTagCount } from './live/state.js';
import { link, startStream } from './live/stream.js';
import { path, startRouter } from './router.js';
import { pageAt } from './routes.js';
import { startTheme } from './theme.js';

const LINK_TEXTS = { connecting: 'Connecting', live: 'Live', lost: 'Server not reached, retrying' } as const;
const LINK_TONES = { connecting: 'wait hollow', live: 'live', lost: 'fault' } as const;

function App() {
  const { title, page } = pageAt(path.value);
  document.title = `${title} · csms-lite`;
  return page;
}

/** The masthead is the server's HTML; two places in it are live. */
function startMasthead(): void {
  const place = document.getElementById('link-state');
  effect(() => {
    if (place === null) return;
    const dot = document.createElement('span');
    dot.className = `status ${LINK_TONES[link.value]}`;
    dot.textContent = LINK_TEXTS[link.value];
    place.replaceChildren(dot);
  });
  effect(() => {
    const anchor = document.querySelector('.nav a[href="/tags"]');
    anchor?.querySelector('.count')?.remove();
    if (anchor === null || unknownTagCount.value === 0) return;
    const badge = document.createElement('span');
    badge.className = 'count';
    badge.textContent = String(unknownTagCount.value);
    badge.title = 'unknown tags';
    anchor.append(badge);
  });
}

startTheme();
const page = document.getElementById('page');
if (page?.hasAttribute('data-client') === true) {
  page.replaceChildren();
  startRouter();
  startMasthead();
  startState();
  startStream();
  render(<App />, page);
}
