import { signal } from '@preact/signals';
import { isClientPage } from '../shared/navigation.js';

/** The page that is shown, without query. */
export const path = signal(location.pathname);

export function navigate(href: string): void {
  if (href !== location.pathname + location.search) history.pushState(null, '', href);
  path.value = location.pathname;
  window.scrollTo(0, 0);
  // A screen reader is told of the new page as it would be after a real load.
  document.getElementById('page')?.focus({ preventScroll: true });
}

function markCurrent(pathname: string): void {
  for (const anchor of document.querySelectorAll<HTMLAnchorElement>('.nav a')) {
    const entry = anchor.pathname;
    const current = entry === '/' ? pathname === '/' : pathname === entry || pathname.startsWith(`${entry}/`);
    if (current) {
      anchor.setAttribute('aria-current', 'page');
      // Not scrollIntoView: Chromium would let the Tab key start from here instead of from the top of the page.
      const bar = anchor.closest('.nav-links');
      if (bar !== null && bar.scrollWidth > bar.clientWidth) bar.scrollLeft = anchor.offsetLeft - bar.clientWidth / 2;
    } else anchor.removeAttribute('aria-current');
  }
  document.querySelector('.nav-more')?.removeAttribute('open');
}

/** The menu of further pages closes as menus do: by Escape and by a click elsewhere. */
function startMenu(): void {
  const menu = document.querySelector('.nav-more');
  if (menu === null) return;
  document.addEventListener('click', (event) => {
    if (!menu.contains(event.target as Node)) menu.removeAttribute('open');
  });
  document.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || !menu.hasAttribute('open')) return;
    menu.removeAttribute('open');
    menu.querySelector('summary')?.focus();
  });
}

/** Follows links inside the pages without a reload, and the browser's back button. */
export function startRouter(): void {
  document.addEventListener('click', (event) => {
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return;
    const anchor = (event.target as Element | null)?.closest('a');
    if (anchor?.target !== '' || anchor.origin !== location.origin || !isClientPage(anchor.pathname)) return;
    if (anchor.hash !== '' && anchor.pathname === location.pathname) return;
    event.preventDefault();
    navigate(anchor.pathname + anchor.search);
  });
  window.addEventListener('popstate', () => {
    path.value = location.pathname;
  });
  startMenu();
  path.subscribe(markCurrent);
}
