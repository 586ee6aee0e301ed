import type { Unsubscribe } from '../interfaces.js';

/** A list of listeners. A listener that throws does not keep the others from hearing, and the error is not lost. */
export interface Listeners<T> {
  add(listener: (value: T) => void): Unsubscribe;
  emit(value: T): void;
  clear(): void;
}

export function createListeners<T>(): Listeners<T> {
  // Each registration is an object of its own, so that one function registered twice is taken back once at a time.
  let registrations: { listener: (value: T) => void }[] = [];
  return {
    add(listener) {
      const registration = { listener };
      registrations = [...registrations, registration];
      return () => {
        registrations = registrations.filter((other) => other !== registration);
      };
    },
    emit(value) {
      for (const registration of registrations) {
        if (!registrations.includes(registration)) continue;
        try {
          registration.listener(value);
        } catch (error) {
          // A driver must go on driving; the fault is the listener's, and surfaces as an uncaught exception.
          queueMicrotask(() => {
            throw error;
          });
        }
      }
    },
    clear() {
      registrations = [];
    },
  };
}
