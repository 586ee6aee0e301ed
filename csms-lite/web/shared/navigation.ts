/** The pages in the order of the navigation. A new page is one line here, one in client/routes.tsx, one file. */
export interface NavigationEntry {
  path: string;
  label: string;
  /** Behind the button "More": what is not looked at every day. */
  more?: true;
}

export const NAVIGATION: readonly NavigationEntry[] = [
  { path: '/', label: 'Now' },
  { path: '/alarms', label: 'Alarms' },
  { path: '/stations', label: 'Stations' },
  { path: '/sessions', label: 'Sessions' },
  { path: '/tags', label: 'Tags' },
  { path: '/messages', label: 'Messages' },
  { path: '/connect', label: 'Connect' },
  { path: '/insights', label: 'Insights', more: true },
  { path: '/users', label: 'Users and wallets', more: true },
  { path: '/tariffs', label: 'Tariffs', more: true },
  { path: '/energy', label: 'Energy limit', more: true },
  { path: '/profiles', label: 'Charging profiles', more: true },
  { path: '/reservations', label: 'Reservations', more: true },
  { path: '/local-lists', label: 'Local lists', more: true },
  { path: '/audit', label: 'Audit log', more: true },
  { path: '/access', label: 'Access', more: true },
  { path: '/webhooks', label: 'Webhooks', more: true },
  { path: '/system', label: 'System', more: true },
  { path: '/settings', label: 'Settings', more: true },
];

/** Pages of one thing each, by the entry that they belong to. */
const DETAIL_PAGES: readonly { pattern: RegExp; url: string; current: string; title: string }[] = [
  { pattern: /^\/users\/\d+$/, url: '/users/:id', current: '/users', title: 'User' },
  { pattern: /^\/sessions\/[^/]+$/, url: '/sessions/:id', current: '/sessions', title: 'Session' },
  { pattern: /^\/stations\/[^/]+(\/[a-z]+)?$/, url: '/stations/:id', current: '/stations', title: 'Station' },
  { pattern: /^\/stations\/[^/]+\/[a-z]+$/, url: '/stations/:id/:tab', current: '/stations', title: 'Station' },
];

/** Every page that the client draws, as the server's router takes it. */
export const CLIENT_PAGES: readonly { url: string; current: string; title: string }[] = [
  ...NAVIGATION.map(({ path, label }) => ({ url: path, current: path, title: label })),
  ...DETAIL_PAGES,
];

/** Whether the client draws this path; everything else is a request to the server. */
export function isClientPage(pathname: string): boolean {
  return (
    NAVIGATION.some((entry) => entry.path === pathname) || DETAIL_PAGES.some(({ pattern }) => pattern.test(pathname))
  );
}

/** Drawn in the page, so that it takes the theme's colours. */
export const LOGO =
  '<svg viewBox="0 0 24 24" aria-hidden="true"><rect width="24" height="24" rx="6" fill="var(--accent)"/><path d="M13.4 4.2 6.6 13.4h4.5l-.9 6.4 7.2-9.6h-4.7z" fill="var(--accent-ink)"/></svg>';

export const FAVICON =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><rect width="24" height="24" rx="6" fill="#0b6e4f"/><path d="M13.4 4.2 6.6 13.4h4.5l-.9 6.4 7.2-9.6h-4.7z" fill="#fff"/></svg>';

export const THEME_BUTTON =
  '<button type="button" class="quiet" id="theme" aria-label="Switch between light and dark"><svg width="18" height="18" viewBox="0 0 18 18" aria-hidden="true"><circle cx="9" cy="9" r="6.2" fill="none" stroke="currentColor" stroke-width="1.5"/><path d="M9 2.8a6.2 6.2 0 0 1 0 12.4z" fill="currentColor"/></svg></button>';
