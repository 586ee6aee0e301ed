import { type FirebaseConfiguration, FirebaseProblem } from './configuration.js';
import type { RealtimeDatabase } from './port.js';

/** firebase-admin keeps its apps by name. */
let opened = 0;

/**
 * Opens the Realtime Database with firebase-admin, which is loaded here and nowhere else. Needs no network: the link is
 * made in the background, again and again.
 * @throws FirebaseProblem firebase_credentials (the key cannot be read), firebase_missing
 */
export async function openRealtimeDatabase(configuration: FirebaseConfiguration): Promise<RealtimeDatabase> {
  const { databaseUrl, serviceAccount } = configuration;
  const { cert, deleteApp, getDatabase, initializeApp } = await load();
  const credential = serviceAccount === null ? null : readKey(() => cert({ ...serviceAccount }));
  opened += 1;
  const app = initializeApp(
    { databaseURL: databaseUrl, ...(credential === null ? {} : { credential }) },
    `csms-lite-${opened}`,
  );
  const database = getDatabase(app);
  return {
    set: (key, document) => database.ref('chargers').child(key).set(document),
    onLink(listener) {
      database.ref('.info/connected').on('value', (snapshot) => listener(snapshot.val() === true));
    },
    reconnect() {
      database.goOffline();
      database.goOnline();
    },
    async explain() {
      try {
        await credential?.getAccessToken();
        return null;
      } catch (error) {
        return error instanceof Error ? error.message : String(error);
      }
    },
    async close() {
      database.ref('.info/connected').off();
      database.goOffline();
      await deleteApp(app);
    },
  };
}

async function load() {
  try {
    const [app, database] = await Promise.all([import('firebase-admin/app'), import('firebase-admin/database')]);
    return { ...app, ...database };
  } catch (error) {
    throw new FirebaseProblem(
      'firebase_missing',
      `firebase-admin cannot be loaded: ${(error as Error).message}`,
      'Install csms-lite with its dependencies again: npm install csms-lite.',
      error,
    );
  }
}

function readKey<T>(make: () => T): T {
  try {
    return make();
  } catch (error) {
    throw new FirebaseProblem(
      'firebase_credentials',
      `The private key of the service account cannot be read: ${(error as Error).message}`,
      'Take the file as the Firebase console gave it, or have it generate a new private key.',
      error,
    );
  }
}
