import { signal } from '@preact/signals';

/** Counts changes of the theme: charts draw their colours again. */
export const themeChanges = signal(0);

function isDark(): boolean {
  const chosen = document.documentElement.dataset.theme;
  return chosen === undefined ? matchMedia('(prefers-color-scheme: dark)').matches : chosen === 'dark';
}

/** The button in the masthead. The choice is a cookie, so that the server sends the next page in it. */
export function startTheme(): void {
  document.getElementById('theme')?.addEventListener('click', () => {
    const theme = isDark() ? 'light' : 'dark';
    document.documentElement.dataset.theme = theme;
    // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is missing in Firefox and on plain http
    document.cookie = `theme=${theme}; path=/; max-age=31536000; samesite=lax`;
    themeChanges.value += 1;
  });
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
    themeChanges.value += 1;
  });
}

/** A custom property's colour as it is now. */
export function colour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}
