import { setImmediate as nextTurn } from 'node:timers/promises';

/** Lets one through in each turn of the event loop, in order of arrival: what waits for the loop, OCPP first, goes between. */
export function createTurnstile(): () => Promise<void> {
  let last: Promise<void> = Promise.resolve();
  return () => {
    last = last.then(() => nextTurn());
    return last;
  };
}
