import { readFileSync } from 'node:fs';

export interface FirebaseOptions {
  /** The service account's JSON file, as the Firebase console gives it. */
  credentialsFile?: string;
  /** `https://…firebasedatabase.app` or `https://….firebaseio.com` */
  databaseUrl?: string;
}

export interface ServiceAccount {
  projectId: string;
  clientEmail: string;
  privateKey: string;
}

export interface FirebaseConfiguration {
  databaseUrl: string;
  /** null: the emulator of the environment, which asks for none. */
  serviceAccount: ServiceAccount | null;
}

/** Firebase is set up wrongly; `hint` says what to do. */
export class FirebaseProblem extends Error {
  readonly code: string;
  readonly hint: string;
  constructor(code: string, message: string, hint: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'FirebaseProblem';
    this.code = code;
    this.hint = hint;
  }
}

/** firebase-admin's own variable: `127.0.0.1:9000`. */
export const EMULATOR_VARIABLE = 'FIREBASE_DATABASE_EMULATOR_HOST';
/** An emulator holds several databases; this one is ours unless `databaseUrl` says otherwise. */
const EMULATED_NAMESPACE = 'csms-lite';

const WHERE_ACCOUNT =
  'Firebase console, Project settings, Service accounts, “Generate new private key”; give that file with --firebase-credentials.';
const WHERE_URL =
  'Firebase console, Realtime Database: the address above the data, like https://my-project-default-rtdb.europe-west1.firebasedatabase.app; give it with --firebase-database.';

/**
 * @returns null when Firebase is not wanted: neither a service account nor the emulator's variable is there
 * @throws FirebaseProblem firebase_credentials, firebase_database
 */
export function readFirebaseConfiguration(
  options: FirebaseOptions,
  environment: NodeJS.ProcessEnv,
): FirebaseConfiguration | null {
  const { credentialsFile, databaseUrl } = options;
  const emulator = environment[EMULATOR_VARIABLE] ?? '';
  if (credentialsFile === undefined) {
    const emulatedUrl = `http://${emulator}/?ns=${EMULATED_NAMESPACE}`;
    if (emulator !== '') return { databaseUrl: checkUrl(databaseUrl ?? emulatedUrl), serviceAccount: null };
    if (databaseUrl === undefined) return null;
    throw new FirebaseProblem(
      'firebase_credentials',
      'A Firebase database is given without a service account.',
      WHERE_ACCOUNT,
    );
  }
  const serviceAccount = readServiceAccount(credentialsFile);
  if (databaseUrl === undefined)
    throw new FirebaseProblem(
      'firebase_database',
      `The service account of ${serviceAccount.projectId} is given without its database.`,
      WHERE_URL,
    );
  return { databaseUrl: checkUrl(databaseUrl), serviceAccount };
}

function checkUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^https?:$/.test(url.protocol) || url.pathname !== '/')
    throw new FirebaseProblem('firebase_database', `${text} is no address of a Realtime Database.`, WHERE_URL);
  return text;
}

function readServiceAccount(file: string): ServiceAccount {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new FirebaseProblem(
      'firebase_credentials',
      `The service account ${file} cannot be read: ${(error as Error).message}`,
      WHERE_ACCOUNT,
      error,
    );
  }
  const account = (content ?? {}) as Record<string, unknown>;
  const text = (name: string): string => {
    const value = account[name];
    if (typeof value === 'string' && value !== '') return value;
    const isWebConfiguration = 'apiKey' in account;
    throw new FirebaseProblem(
      'firebase_credentials',
      isWebConfiguration
        ? `${file} is the configuration of a web app, not a service account.`
        : `${file} is no service account: ${name} is missing.`,
      isWebConfiguration ? `That file is for csms-lite hmi export. ${WHERE_ACCOUNT}` : WHERE_ACCOUNT,
    );
  };
  return { projectId: text('project_id'), clientEmail: text('client_email'), privateKey: text('private_key') };
}
