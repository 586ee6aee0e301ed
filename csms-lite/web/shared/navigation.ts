/** The pages in the order of the navigation. A new page is one line here, one in client/routes.tsx, one file. */
export interface NavigationEntry {
  path: string;
  label: string;
}

export const NAVIGATION: readonly NavigationEntry[] = [
  { path: '/', label: 'Now' },
  { path: '/sessions', label: 'Sessions' },
  { path: '/tags', label: 'Tags' },
  { path: '/messages', label: 'Messages' },
  { path: '/connect', label: 'Connect' },
];

/** Drawn in the page, so that it takes the theme's colours. */
export const LOGO =
  '<svg viewBox="0 0 24 24" aria-hidden="true"><rect width="24" height="24" rx="6" fill="var(--accent)"/><path d="M13.4 4.2 6.6 13.4h4.5l-.9 6.4 7.2-9.6h-4.7z" fill="var(--accent-ink)"/></svg>';

export const FAVICON =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><rect width="24" height="24" rx="6" fill="#0b6e4f"/><path d="M13.4 4.2 6.6 13.4h4.5l-.9 6.4 7.2-9.6h-4.7z" fill="#fff"/></svg>';

export const THEME_BUTTON =
  '<button type="button" class="quiet" id="theme" aria-label="Switch between light and dark"><svg width="18" height="18" viewBox="0 0 18 18" aria-hidden="true"><circle cx="9" cy="9" r="6.2" fill="none" stroke="currentColor" stroke-width="1.5"/><path d="M9 2.8a6.2 6.2 0 0 1 0 12.4z" fill="currentColor"/></svg></button>';
