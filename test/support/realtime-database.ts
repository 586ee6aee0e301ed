import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { deleteApp, initializeApp } from '@firebase/app';
import { getDatabase, goOffline, onValue, ref } from '@firebase/database';
import { PATIENCE_MS, withDeadline } from './deadline.js';

/** A Realtime Database in a process of its own (`realtime-database-server.ts`). */
export interface TestDatabase {
  readonly port: number;
  /** `127.0.0.1:port`, for firebase-admin's FIREBASE_DATABASE_EMULATOR_HOST. */
  readonly host: string;
  /** For the web SDK; the namespace is the one that csms-lite takes with an emulator. */
  readonly url: string;
  /** Its links stay open and nothing is answered. */
  freeze(): void;
  thaw(): void;
  /** Ends it with SIGKILL: links break, and its data are gone. */
  kill(): Promise<void>;
}

const SCRIPT = fileURLToPath(new URL('./realtime-database-server.js', import.meta.url));

/** @param rulesFile what anybody may do; absent: everything */
export async function startRealtimeDatabase(rulesFile = '-', port = 0): Promise<TestDatabase> {
  const child = spawn(process.execPath, [SCRIPT, String(port), rulesFile], { stdio: ['pipe', 'pipe', 'inherit'] });
  // A test that dies must not leave it behind.
  const onExit = (): void => void child.kill('SIGKILL');
  process.once('exit', onExit);
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const listening = await withDeadline(firstLine(child), PATIENCE_MS, 'firebase-server listening');
  const actual = (JSON.parse(listening) as { port: number }).port;
  return {
    port: actual,
    host: `127.0.0.1:${actual}`,
    url: `http://127.0.0.1:${actual}/?ns=csms-lite`,
    freeze: () => void child.kill('SIGSTOP'),
    thaw: () => void child.kill('SIGCONT'),
    async kill() {
      child.kill('SIGKILL');
      await exited;
      process.removeListener('exit', onExit);
    },
  };
}

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      const line = text.split('\n')[0];
      if (text.includes('\n') && line !== undefined) resolve(line);
    });
    child.once('exit', (code) => reject(new Error(`firebase-server ended with ${code}: ${text}`)));
  });
}

/** Somebody who listens with the official web SDK, as the exported page does. */
export interface Listener<T> {
  /** Every value that was seen, oldest first; null: there is nothing. */
  readonly seen: (T | null)[];
  close(): Promise<void>;
}

const open = new Set<() => Promise<void>>();
let listeners = 0;

/** For the end of a test file, also of one that failed: a listener keeps its process alive. */
export async function closeListeners(): Promise<void> {
  for (const close of open) await close();
}

export function listenTo<T>(database: Pick<TestDatabase, 'url'>, path: string): Listener<T> {
  listeners += 1;
  const app = initializeApp({ databaseURL: database.url }, `listener-${listeners}`);
  const web = getDatabase(app);
  const seen: (T | null)[] = [];
  onValue(ref(web, path), (snapshot) => {
    seen.push(snapshot.val() as T | null);
  });
  const close = async (): Promise<void> => {
    if (!open.delete(close)) return;
    goOffline(web);
    await deleteApp(app);
  };
  open.add(close);
  return { seen, close };
}
