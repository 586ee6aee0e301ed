import type { FastifyInstance, RouteOptions } from 'fastify';
import { neededRole } from './auth.js';
import { PROBLEMS } from './problem.js';
import { RESOURCE_SCHEMAS } from './schemas/resources.js';

/** What a route tells about itself; the same object is used by Fastify for validation. */
export interface RouteDocumentation {
  summary: string;
  description?: string;
  tags?: string[];
  /** Left out of the OpenAPI document (pages, assets). */
  hide?: boolean;
  params?: object;
  querystring?: object;
  body?: object;
  /** JSON Schemas of the answers by status code. */
  response?: Record<string, object>;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** A body that the handler checks itself: shown in the OpenAPI document, not validated by Fastify. */
    openapiBody?: object;
  }
}

interface Operation {
  tags: string[];
  summary: string;
  description?: string;
  parameters: object[];
  requestBody?: object;
  /** Empty: answers without a token. */
  security?: object[];
  /** What a token or login needs. */
  'x-role'?: string;
  responses: Record<string, object>;
}

export interface OpenApiDocument {
  openapi: '3.1.0';
  info: { title: string; version: string; description: string };
  servers: { url: string }[];
  security: object[];
  paths: Record<string, Record<string, Operation>>;
  components: { securitySchemes: object; schemas: Record<string, object> };
}

interface ObjectSchema {
  properties?: Record<string, object>;
  required?: readonly string[];
}

function parametersIn(where: 'path' | 'query', schema: object | undefined): object[] {
  const { properties = {}, required = [] } = (schema ?? {}) as ObjectSchema;
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: where,
    required: where === 'path' || required.includes(name),
    schema: property,
  }));
}

/** A schema object that is one of the named resources is shown by reference. */
function byReference(schema: object): object {
  const name = Object.entries(RESOURCE_SCHEMAS).find(([, resource]) => resource === schema)?.[0];
  if (name !== undefined) return { $ref: `#/components/schemas/${name}` };
  const { properties } = schema as { properties?: Record<string, { type?: string; items?: object }> };
  const items = properties?.items?.items;
  if (items === undefined) return schema;
  return { ...schema, properties: { ...properties, items: { type: 'array', items: byReference(items) } } };
}

function responsesOf(response: Record<string, object> | undefined): Record<string, object> {
  const answers = Object.entries(response ?? { 200: {} }).map(([status, schema]): [string, object] => {
    const description = (schema as { description?: string }).description ?? (status === '204' ? 'gone' : 'ok');
    if (status === '204') return [status, { description }];
    const type = Number(status) >= 400 ? 'application/problem+json' : 'application/json';
    return [status, { description, content: { [type]: { schema: byReference(schema) } } }];
  });
  return Object.fromEntries([
    ...answers,
    [
      'default',
      {
        description: 'problem',
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    ],
  ]);
}

function operationOf(route: RouteOptions, method: string): Operation | null {
  const documentation = route.schema as RouteDocumentation | undefined;
  if (documentation === undefined || documentation.hide === true) return null;
  const body = documentation.body ?? route.config?.openapiBody;
  return {
    tags: documentation.tags ?? ['csms-lite'],
    summary: documentation.summary,
    ...(documentation.description === undefined ? {} : { description: documentation.description }),
    parameters: [...parametersIn('path', documentation.params), ...parametersIn('query', documentation.querystring)],
    ...(body === undefined ? {} : { requestBody: { content: { 'application/json': { schema: body } } } }),
    ...(route.config?.public === true ? { security: [] } : { 'x-role': neededRole(method, route.config) }),
    responses: responsesOf(documentation.response),
  };
}

/**
 * Watches the routes that are registered after this call and gives the OpenAPI 3.1 document of them. The schemas are
 * those that validate, so the document cannot drift from the behaviour.
 */
export function collectOpenApi(app: FastifyInstance, version: string): () => OpenApiDocument {
  const paths: OpenApiDocument['paths'] = {};
  app.addHook('onRoute', (route) => {
    const path = route.url.replace(/:([A-Za-z]+)/g, '{$1}');
    for (const method of [route.method].flat()) {
      const operation = method === 'HEAD' ? null : operationOf(route, method);
      if (operation === null) continue;
      paths[path] = { ...paths[path], [method.toLowerCase()]: operation };
    }
  });
  const codes = Object.entries(PROBLEMS).map(([code, [status, title]]) => `- \`${code}\` (${status}): ${title}`);
  return () => ({
    openapi: '3.1.0',
    info: {
      title: 'csms-lite REST API',
      version,
      description: [
        'Field names and enum values are OCPP’s own. Timestamps are RFC 3339 UTC, energy is in Wh. Lists answer',
        '{items, total}, newest first. Errors are application/problem+json with a stable `code`:',
        ...codes,
        'OCPP endpoint: ws(s)://host/ocpp/{chargePointId}.',
      ].join('\n'),
    },
    servers: [{ url: '/' }],
    security: [{}, { bearer: [] }],
    paths,
    components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } }, schemas: { ...RESOURCE_SCHEMAS } },
  });
}
