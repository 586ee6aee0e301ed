import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DRIVER_CSS } from '../web/driver/assets.js';
import { sitePage } from './page.js';
import { siteReadme } from './readme.js';
import { DATABASE_RULES } from './rules.js';
import { HmiProblem, readWebConfiguration } from './web-configuration.js';

export interface ExportOptions {
  /** Made when it is not there; files of an earlier export are replaced, others stay. */
  out: string;
  /** The web app's configuration as JSON. */
  config: string;
  /** Where the site will stand on its host: `/`, `/charging/`. */
  base: string;
}

/** The bundle that scripts/build-web.mjs made. */
const SCRIPT = fileURLToPath(new URL('./assets/hmi.js', import.meta.url));

const HOSTING = {
  database: { rules: 'database.rules.json' },
  hosting: {
    public: '.',
    ignore: ['firebase.json', 'database.rules.json', 'README.md', '_redirects'],
    rewrites: [{ source: '/c/**', destination: '/index.html' }],
  },
};

function json(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** Writes the drivers' page as a static site. @returns the files' names. @throws HmiProblem */
export function exportSite({ out, config, base }: ExportOptions): string[] {
  if (!/^\/(?:[\w.~-]+\/)*$/.test(base))
    throw new HmiProblem('base_path', `${base} is no path of a site.`, 'Give it as / or /charging/ with --base.');
  const configuration = readWebConfiguration(config);
  const page = sitePage(configuration, base);
  const files: Record<string, string> = {
    'index.html': page,
    '404.html': page,
    'driver.css': `${DRIVER_CSS}\n`,
    'database.rules.json': json(DATABASE_RULES),
    'firebase.json': json(HOSTING),
    _redirects: `${base}c/*  ${base}index.html  200\n`,
    'README.md': siteReadme(configuration.databaseURL, base),
  };
  try {
    mkdirSync(out, { recursive: true });
    for (const [name, text] of Object.entries(files)) writeFileSync(join(out, name), text);
  } catch (error) {
    throw new HmiProblem(
      'export_folder',
      `${out} cannot be written: ${(error as Error).message}`,
      'Choose a folder that you may write with --out.',
      error,
    );
  }
  try {
    copyFileSync(SCRIPT, join(out, 'hmi.js'));
  } catch (error) {
    throw new HmiProblem(
      'not_built',
      `The page’s script is missing: ${(error as Error).message}`,
      'In a checkout run npm run build; else install csms-lite again.',
      error,
    );
  }
  return [...Object.keys(files), 'hmi.js'].sort();
}
