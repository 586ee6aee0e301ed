import type { FirebaseMirror } from '../firebase/service.js';
import type { Registry } from './registry.js';

/** The copy in the Realtime Database, counted; nothing where there is none. */
export function firebaseMetrics(registry: Registry, firebase: FirebaseMirror | null): void {
  if (firebase === null) return;
  const figure = (name: string, help: string, pick: (status: ReturnType<FirebaseMirror['status']>) => number): void =>
    registry.gauge(name, help, () => [{ value: pick(firebase.status()) }]);
  figure('csms_firebase_linked', '1: there is a link to the database', (s) => (s.isLinked ? 1 : 0));
  figure('csms_firebase_pending', 'charge points whose newest state Firebase has not acknowledged', (s) => s.pending);
  figure('csms_firebase_writes', 'writes that Firebase has acknowledged since start', (s) => s.writes);
  figure('csms_firebase_refusals', 'writes that Firebase has refused since start', (s) => s.refusals);
  figure('csms_firebase_last_write_seconds', 'when the last one was acknowledged, Unix time; 0: never', (s) =>
    s.lastWriteAtMs === null ? 0 : s.lastWriteAtMs / 1000,
  );
}
