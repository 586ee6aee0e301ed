import type { FastifyInstance } from 'fastify';
import { escapeHtml } from '../web/html.js';
import { themeOf } from '../web/page.js';
import { renderPage } from '../web/shell.js';
import type { OpenApiDocument } from './openapi.js';
import { PROBLEMS } from './problem.js';

interface Parameter {
  name: string;
  in: string;
  schema?: { description?: string };
}

function parameterText(parameters: object[]): string {
  const query = (parameters as Parameter[]).filter((parameter) => parameter.in === 'query');
  if (query.length === 0) return '';
  return `<p class="muted">Query: ${query.map((p) => `<code>${escapeHtml(p.name)}</code>`).join(', ')}</p>`;
}

function bodyText(requestBody: object | undefined): string {
  if (requestBody === undefined) return '';
  const text = JSON.stringify(
    (requestBody as { content: Record<string, { schema: object }> }).content['application/json']?.schema,
    null,
    2,
  );
  return `<details><summary>Body</summary><pre>${escapeHtml(text)}</pre></details>`;
}

function operations(document: OpenApiDocument): string {
  const byTag = new Map<string, string[]>();
  for (const [path, methods] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      const entry = [
        `<li><h3><code>${method.toUpperCase()} ${escapeHtml(path)}</code></h3>`,
        `<p>${escapeHtml(operation.summary)}</p>`,
        operation.description === undefined ? '' : `<p class="muted">${escapeHtml(operation.description)}</p>`,
        parameterText(operation.parameters),
        bodyText(operation.requestBody),
        '</li>',
      ].join('');
      const tag = operation.tags[0] ?? 'server';
      byTag.set(tag, [...(byTag.get(tag) ?? []), entry]);
    }
  }
  return [...byTag]
    .map(
      ([tag, entries]) =>
        `<section class="panel"><header><h2>${escapeHtml(tag)}</h2></header><ul class="docs">${entries.join('')}</ul></section>`,
    )
    .join('');
}

function problems(): string {
  const rows = Object.entries(PROBLEMS).map(
    ([code, [status, title, hint]]) =>
      `<tr id="problem-${code}"><td>${status}</td><td><code>${code}</code></td><td>${escapeHtml(title)}</td><td>${escapeHtml(hint)}</td></tr>`,
  );
  return [
    '<section class="panel"><header><h2>Errors</h2><p>application/problem+json; codes never change</p></header>',
    '<section class="scroll" tabindex="0" aria-label="Errors"><table><thead><tr><th>Status</th><th>Code</th><th>Meaning</th><th>What to do</th></tr></thead>',
    `<tbody>${rows.join('')}</tbody></table></section></section>`,
  ].join('');
}

/** The API for people (`/api/docs`) and for programs (`/api/openapi.json`), both from the routes themselves. */
export function docsRoutes(app: FastifyInstance, openApi: () => OpenApiDocument): void {
  app.get('/api/openapi.json', { schema: { hide: true, summary: '' } as object }, () => openApi());
  app.get('/api/docs', { schema: { hide: true, summary: '' } as object, config: { page: true } }, (request, reply) => {
    const document = openApi();
    const body = [
      `<div class="page-head"><div><h1>REST API</h1><p>csms-lite ${escapeHtml(document.info.version)} · <a href="/api/openapi.json">openapi.json</a></p></div></div>`,
      '<p>Names and enum values are OCPP’s own. Times are RFC 3339 UTC, energy is in Wh. Lists answer <code>{items, total}</code>, newest first; <code>limit</code> (50) and <code>offset</code> page. With a token: <code>Authorization: Bearer …</code>. Charge points connect to <code>ws://host/ocpp/{chargePointId}</code>.</p>',
      operations(document),
      problems(),
    ].join('');
    return reply
      .type('text/html; charset=utf-8')
      .send(renderPage({ title: 'REST API', current: '/api/docs', body, theme: themeOf(request) }));
  });
}
