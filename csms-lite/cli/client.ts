import { readTokenFile } from '../server/api-token.js';
import { DEFAULT_DATA_DIRECTORY, DEFAULT_HOST, DEFAULT_PORT } from '../server/options.js';
import { CliError } from './report.js';

export interface ClientOptions {
  /** Default http://127.0.0.1:8180. */
  server?: string;
  token?: string;
}

export interface Answer<T> {
  status: number;
  body: T;
}

/** Talks to a running server. */
export interface ApiClient {
  /** @throws CliError unreachable, or with the problem's own code and hint */
  call<T>(method: string, path: string, body?: object): Promise<Answer<T>>;
  /** The answer as text: CSV. @throws CliError as `call` */
  text(path: string): Promise<string>;
}

interface ProblemAnswer {
  code?: string;
  detail?: string;
  hint?: string;
  errors?: { path: string; message: string }[];
}

/** What to do next, in the words of this command line; the server's own hints name routes of the API. */
const HINTS: Readonly<Record<string, string>> = {
  charge_point_not_found:
    'csms-lite station list shows those that are known; csms-lite station add <id> registers one.',
  charge_point_not_accepted: 'csms-lite station set <id> --registration accepted; it counts from its next boot on.',
  charge_point_offline: 'csms-lite station list shows which are online. Send it again when it is.',
  command_not_found: 'csms-lite commands shows them, and what each takes.',
  id_tag_not_found: 'csms-lite tag list shows those that are known; csms-lite tag add <idTag> makes one.',
  site_not_found: 'The sites are on the page Energy; PUT /api/v1/sites/{id} makes one.',
  tariff_not_found: 'csms-lite tariff list shows them.',
  token_not_found: 'csms-lite token list shows them.',
  unauthorized: 'Give the token with --token or CSMS_LITE_TOKEN; the server keeps its own in <data>/api-token.',
  user_not_found: 'csms-lite user list shows them.',
};

function problemOf(status: number, text: string): CliError {
  let problem: ProblemAnswer = {};
  try {
    problem = JSON.parse(text) as ProblemAnswer;
  } catch {
    // Not ours: a proxy, or another program on that port.
    return new CliError(
      'not_csms_lite',
      `The server answered ${status}, but not as csms-lite does.`,
      'Check --server.',
    );
  }
  return new CliError(
    problem.code ?? String(status),
    problem.detail ?? `HTTP ${status}`,
    HINTS[problem.code ?? ''] ?? problem.hint?.replace('GET /api/v1/command-descriptions', 'csms-lite commands') ?? '',
  );
}

/** The token: option, then environment, then the one that the server keeps in the default data folder. */
function tokenOf(options: ClientOptions): string | null {
  return options.token ?? process.env.CSMS_LITE_TOKEN ?? readTokenFile(DEFAULT_DATA_DIRECTORY);
}

export function createClient(options: ClientOptions): ApiClient {
  const server = options.server ?? process.env.CSMS_LITE_URL ?? `http://${DEFAULT_HOST}:${DEFAULT_PORT}`;
  let base: string;
  try {
    base = new URL('/api/v1', server).href;
  } catch {
    throw new CliError('bad_server_url', `${server} is no URL.`, 'Give it as --server http://127.0.0.1:8180');
  }
  const token = tokenOf(options);
  const ask = async (method: string, path: string, body?: object): Promise<{ status: number; text: string }> => {
    let response: Response;
    try {
      response = await fetch(`${base}${path}`, {
        method,
        headers: {
          ...(token === null ? {} : { authorization: `Bearer ${token}` }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    } catch (error) {
      const cause = (error as { cause?: { code?: string } }).cause?.code ?? (error as Error).message;
      throw new CliError('unreachable', `No answer from ${server} (${cause}).`, 'Start it with: csms-lite serve');
    }
    const text = await response.text();
    if (!response.ok) throw problemOf(response.status, text);
    return { status: response.status, text };
  };
  return {
    async call<T>(method: string, path: string, body?: object): Promise<Answer<T>> {
      const { status, text } = await ask(method, path, body);
      return { status, body: (text === '' ? undefined : JSON.parse(text)) as T };
    },
    text: async (path) => (await ask('GET', path)).text,
  };
}
