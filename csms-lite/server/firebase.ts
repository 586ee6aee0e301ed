import type { Csms, LogSink } from '../core/services.js';
import {
  type FirebaseConfiguration,
  type FirebaseOptions,
  readFirebaseConfiguration,
} from '../firebase/configuration.js';
import type { FirebaseMirror } from '../firebase/service.js';

/**
 * Starts the copy in the Realtime Database where one is set up; else nothing of it is loaded. The network is not waited for.
 * @throws FirebaseProblem
 */
export async function startFirebase(
  wanted: FirebaseConfiguration | null,
  csms: Csms,
  log: LogSink,
): Promise<FirebaseMirror | null> {
  if (wanted === null) return null;
  const [{ openRealtimeDatabase }, { startFirebaseMirror }] = await Promise.all([
    import('../firebase/admin.js'),
    import('../firebase/service.js'),
  ]);
  const database = await openRealtimeDatabase(wanted);
  return await startFirebaseMirror({ csms, database, databaseUrl: wanted.databaseUrl, log });
}

/** @throws FirebaseProblem */
export function firebaseWanted(options: FirebaseOptions | undefined): FirebaseConfiguration | null {
  return readFirebaseConfiguration(options ?? {}, process.env);
}
