/** The REST API as the pages use it. */
export class ApiProblem extends Error {
  readonly status: number;
  readonly code: string;
  readonly hint: string;
  constructor(status: number, code: string, message: string, hint: string) {
    super(message);
    this.name = 'ApiProblem';
    this.status = status;
    this.code = code;
    this.hint = hint;
  }
}

export interface Page<T> {
  items: T[];
  total: number;
}

async function problemOf(response: Response): Promise<ApiProblem> {
  const body = (await response.json().catch(() => ({}))) as { code?: string; detail?: string; hint?: string };
  return new ApiProblem(
    response.status,
    body.code ?? 'internal_error',
    body.detail ?? `The server answered ${response.status}.`,
    body.hint ?? 'Try again; the server’s log has the cause.',
  );
}

/** Proves that a change comes from our own pages: only they can read the cookie. */
function csrfHeader(): Record<string, string> {
  const token = /(?:^|;\s*)csms_lite_csrf=([^;]+)/.exec(document.cookie)?.[1];
  return token === undefined ? {} : { 'x-csrf-token': token };
}

/** @throws ApiProblem, also when the server cannot be reached. Without a valid sign-in it leads to the login page. */
export async function call<T>(method: string, path: string, body?: object): Promise<T> {
  let response: Response;
  try {
    response = await fetch(`/api/v1${path}`, {
      method,
      headers: {
        accept: 'application/json',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...csrfHeader(),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  } catch {
    throw new ApiProblem(
      0,
      'unreachable',
      'The server does not answer.',
      'Is csms-lite running? The page retries by itself.',
    );
  }
  if (response.status === 401) location.assign(`/login?next=${encodeURIComponent(location.pathname)}`);
  if (!response.ok) throw await problemOf(response);
  return (response.status === 204 ? undefined : await response.json()) as T;
}

export function read<T>(path: string): Promise<T> {
  return call<T>('GET', path);
}

/** `/transactions` + `{limit: 50, idTag: ''}` → `/transactions?limit=50`; empty members are left out. */
export function withQuery(path: string, query: Record<string, string | number | undefined>): string {
  const entries = Object.entries(query).filter(([, value]) => value !== undefined && value !== '');
  if (entries.length === 0) return path;
  return `${path}?${new URLSearchParams(entries.map(([name, value]) => [name, String(value)]))}`;
}
