import { readFileSync } from 'node:fs';

/** What the page needs of the web app's configuration. None of it is secret: it says where the database is. */
export interface WebConfiguration {
  databaseURL: string;
  apiKey?: string;
  appId?: string;
  projectId?: string;
}

/** The export cannot be made; `hint` says what to do. */
export class HmiProblem extends Error {
  readonly code: string;
  readonly hint: string;
  constructor(code: string, message: string, hint: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'HmiProblem';
    this.code = code;
    this.hint = hint;
  }
}

const WHERE =
  'Firebase console, Project settings, Your apps, Web app: put the object of “const firebaseConfig” into a file as JSON, with quoted names.';

/** @throws HmiProblem web_configuration; also for a service account, which must never be published */
export function readWebConfiguration(file: string): WebConfiguration {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new HmiProblem('web_configuration', `${file} cannot be read: ${(error as Error).message}`, WHERE, error);
  }
  const given = (content ?? {}) as Record<string, unknown>;
  if ('private_key' in given)
    throw new HmiProblem(
      'web_configuration',
      `${file} is a service account: whoever has it may do everything. Nothing was written.`,
      `The page needs the configuration of a web app. ${WHERE}`,
    );
  const { databaseURL } = given;
  if (typeof databaseURL !== 'string' || !URL.canParse(databaseURL) || !/^https?:/.test(databaseURL))
    throw new HmiProblem(
      'web_configuration',
      `${file} has no databaseURL.`,
      'It is missing when the app was made before the database: add "databaseURL": "https://…", as Realtime Database shows it.',
    );
  const optional = ['apiKey', 'appId', 'projectId'].flatMap((name) =>
    typeof given[name] === 'string' ? [[name, given[name]]] : [],
  );
  return { databaseURL, ...Object.fromEntries(optional) } as WebConfiguration;
}
