import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

/** One built file, held in memory with its compressed form. */
export interface Asset {
  contentType: string;
  bytes: Buffer;
  gzip: Buffer;
}

export interface ClientAssets {
  /** URLs of the script and the style sheet. */
  script: string;
  style: string;
  /** By file name. */
  files: ReadonlyMap<string, Asset>;
}

const CONTENT_TYPES: Record<string, string> = {
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
};

function load(folder: string, name: string): Asset {
  const bytes = readFileSync(`${folder}${basename(name)}`);
  const contentType = CONTENT_TYPES[name.split('.').at(-1) ?? ''] ?? 'application/octet-stream';
  return { contentType, bytes, gzip: gzipSync(bytes, { level: 9 }) };
}

/** The files that scripts/build-web.mjs made, or null when it has not run. */
export function loadClientAssets(): ClientAssets | null {
  const folder = fileURLToPath(new URL('./assets/', import.meta.url));
  try {
    const manifest = JSON.parse(readFileSync(`${folder}manifest.json`, 'utf8')) as { script: string; style: string };
    return {
      script: `/assets/${manifest.script}`,
      style: `/assets/${manifest.style}`,
      files: new Map([manifest.script, manifest.style].map((name) => [name, load(folder, name)])),
    };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
