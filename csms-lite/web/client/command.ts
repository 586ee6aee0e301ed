import { type Signal, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { CommandView } from '../../api/present.js';
import { call } from './api.js';
import { onLive } from './live/stream.js';

export interface Sender {
  /** What was sent last, with the charger's answer once it is there. */
  sent: Signal<CommandView | null>;
  /** Why it could not be sent. */
  problem: Signal<Error | null>;
  busy: Signal<boolean>;
  /** Resolves with the command once it is answered or pending; null when it could not be sent. */
  send: (name: string, body: object) => Promise<CommandView | null>;
}

/** How long the page itself waits; an answer after that comes with the event stream. */
const WAIT_S = 30;

export function sendCommand(chargePointId: string, name: string, body: object): Promise<CommandView> {
  return call<CommandView>(
    'POST',
    `/charge-points/${encodeURIComponent(chargePointId)}/commands/${name}?wait=${WAIT_S}`,
    body,
  );
}

/** Sends commands to one charge point, one at a time, and keeps the last one up to date. */
export function useSender(chargePointId: string): Sender {
  const sent = useSignal<CommandView | null>(null);
  const problem = useSignal<Error | null>(null);
  const busy = useSignal(false);
  useEffect(
    () =>
      onLive((event) => {
        if (event.type === 'command.updated' && event.command.id === sent.value?.id) sent.value = event.command;
      }),
    [],
  );
  const send: Sender['send'] = async (name, body) => {
    busy.value = true;
    problem.value = null;
    sent.value = null;
    try {
      sent.value = await sendCommand(chargePointId, name, body);
      return sent.value;
    } catch (error) {
      problem.value = error as Error;
      return null;
    } finally {
      busy.value = false;
    }
  };
  return { sent, problem, busy, send };
}
