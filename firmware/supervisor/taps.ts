import type { CardReader, CardTap, Clock } from '@tapwatt/hal';
import type { EventBus } from './events.js';
import type { Log } from './log.js';

export interface TapsOptions {
  clock: Clock;
  reader: CardReader | null;
  /** Whether UIDs that are made up anew at each tap count. */
  acceptRandomUid: boolean;
  log: Log;
  events: EventBus;
  onTap(idTag: string, connectorIds: number[] | null): void;
  onRefused(): void;
}

/** From the reader's UIDs to idTags. */
export interface Taps {
  /** Bench: the next tap of this UID that was not announced yet may serve these connectors only; null for any. */
  announce(uid: string, connectorIds: number[] | null): void;
}

/** An announced card that the reader never saw (a bench reader that is missing) is forgotten after this time. */
const ANNOUNCEMENT_MS = 10_000;

/** The idTag of a card is its UID in upper-case hex: at most 20 characters, which is all that OCPP 1.6 has room for. */
export function createTaps(options: TapsOptions): Taps {
  let announced: { uid: string; connectorIds: number[] | null; untilMs: number }[] = [];
  const limitOf = (uid: string): number[] | null => {
    const nowMs = options.clock.monotonicMs();
    announced = announced.filter(({ untilMs }) => untilMs > nowMs);
    const first = announced.find((entry) => entry.uid === uid);
    announced = announced.filter((entry) => entry !== first);
    return first?.connectorIds ?? null;
  };
  const onTap = (tap: CardTap): void => {
    if (tap.randomUid && !options.acceptRandomUid) {
      const message = `A card with a random UID (${tap.uid}) was refused: a phone or bank card, which has another one at each tap`;
      options.log.info(message, { hint: 'reader.acceptRandomUid: true lets it count' });
      options.events.tell('CardRefused', message, { data: { idTag: tap.uid } });
      options.onRefused();
      return;
    }
    const connectorIds = limitOf(tap.uid);
    options.events.tell('Tap', `Card ${tap.uid} on the reader`, { data: { idTag: tap.uid } });
    options.onTap(tap.uid, connectorIds);
  };
  options.reader?.onTap(onTap);
  return {
    announce(uid, connectorIds) {
      const untilMs = options.clock.monotonicMs() + ANNOUNCEMENT_MS;
      announced.push({ uid: uid.toUpperCase(), connectorIds, untilMs });
    },
  };
}
