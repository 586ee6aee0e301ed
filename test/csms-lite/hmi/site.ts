import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { startProgram } from '../../support/programs.js';

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
};

/** The exported site on a static host that serves files and, like Netlify with `_redirects`, the page for `/c/…`. */
export interface ExportedSite {
  url: string;
  folder: string;
  close(): void;
}

/** Runs `csms-lite hmi export`. @returns what it printed and its exit status */
export async function runExport(args: readonly string[]): Promise<{ code: number | null; output: string }> {
  const program = startProgram('csms-lite/bin/csms-lite.js', ['hmi', 'export', ...args]);
  const { code } = await program.exited;
  return { code, output: program.output() };
}

/** @param databaseUrl as the web SDK is told it */
export async function exportAndServe(databaseUrl: string): Promise<ExportedSite> {
  const folder = mkdtempSync(join(tmpdir(), 'csms-lite-hmi-'));
  const config = join(folder, '..', `${folder.split('/').at(-1)}.json`);
  writeFileSync(config, JSON.stringify({ apiKey: 'none', databaseURL: databaseUrl }));
  const { code, output } = await runExport(['--out', folder, '--config', config]);
  rmSync(config);
  if (code !== 0) throw new Error(output);
  const host = await serve(folder);
  return {
    url: `http://127.0.0.1:${(host.address() as AddressInfo).port}`,
    folder,
    close() {
      host.close();
      host.closeAllConnections();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function serve(folder: string): Promise<Server> {
  const host = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://host');
    const name = pathname === '/' || pathname.startsWith('/c/') ? '/index.html' : pathname;
    try {
      const content = readFileSync(join(folder, name));
      response.writeHead(200, { 'content-type': TYPES[extname(name)] ?? 'application/octet-stream' }).end(content);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve) => host.listen(0, '127.0.0.1', resolve));
  return host;
}
