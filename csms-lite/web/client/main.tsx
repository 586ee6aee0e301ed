import { effect } from '@preact/signals';
import { render } from 'preact';
import './style/style.css';
import { openAlarms, startState, unknownTagCount } from './live/state.js';
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

/** A number at an entry of the navigation; none when it is 0. */
function badge(page: string, count: number, title: string, tone: string): void {
  const anchor = document.querySelector(`.nav a[href="${page}"]`);
  anchor?.querySelector('.count')?.remove();
  if (anchor === null || count === 0) return;
  const number = document.createElement('span');
  number.className = `count ${tone}`;
  number.textContent = String(count);
  const what = document.createElement('span');
  what.className = 'visually-hidden';
  what.textContent = ` ${title}`;
  number.append(what);
  anchor.append(number);
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
  effect(() => badge('/tags', unknownTagCount.value, 'unknown tags', ''));
  effect(() => badge('/alarms', openAlarms.value.size, 'open alarms', 'fault'));
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
