/**
 * The exported driver's page: listens to `/chargers/{chargePointId}` in the Realtime Database with Firebase's own web SDK
 * and draws what csms-lite's own page of that connector draws, with the same functions. Bundled by scripts/build-web.mjs.
 */
import { initializeApp } from '@firebase/app';
import { forceWebSockets, getDatabase, onValue, ref } from '@firebase/database';
import { chargerKey } from '../../firebase/key.js';
import { pageState, type ReadCharger } from '../page-state.js';
import { placeOf } from '../place.js';

const elements = {
  heading: find('heading'),
  note: find('note'),
  link: find('link'),
  state: find('state'),
  choose: find('choose'),
};

function find(id: string): HTMLElement {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`the page has no ${id}`);
  return element;
}

/** How much the server's clock is ahead of this phone's. */
let skewMs = 0;
let isLinked = false;
/** undefined: not read yet; null: there is no such charger. */
let charger: ReadCharger | null | undefined;

const place = placeOf(new URL(window.location.href), new URL(document.baseURI).pathname);

/** `2026-11-21 14:05` in the phone's zone, as on csms-lite's own page. */
function localTime(at: Date): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = [at.getFullYear(), two(at.getMonth() + 1), two(at.getDate())].join('-');
  return `${day} ${two(at.getHours())}:${two(at.getMinutes())}`;
}

function draw(): void {
  if (place === null) return;
  const shown = pageState(charger, place, { isLinked, nowMs: Date.now() + skewMs });
  elements.heading.textContent = shown.heading;
  elements.note.textContent = shown.note;
  elements.link.textContent = shown.link;
  // Everything in it was escaped where it was made; an unchanged part is left alone, for screen readers.
  if (elements.state.innerHTML !== shown.html) elements.state.innerHTML = shown.html;
  for (const time of elements.state.querySelectorAll('time')) {
    const at = new Date(time.dateTime);
    if (!Number.isNaN(at.getTime())) time.textContent = localTime(at);
  }
}

if (place === null) {
  elements.choose.hidden = false;
} else {
  forceWebSockets();
  const configuration = JSON.parse(find('configuration').textContent ?? '{}') as Record<string, string>;
  const database = getDatabase(initializeApp(configuration));
  onValue(ref(database, '.info/serverTimeOffset'), (snapshot) => {
    skewMs = Number(snapshot.val() ?? 0);
  });
  onValue(ref(database, '.info/connected'), (snapshot) => {
    isLinked = snapshot.val() === true;
    draw();
  });
  onValue(
    ref(database, `chargers/${chargerKey(place.chargePointId)}`),
    (snapshot) => {
      charger = snapshot.val() as ReadCharger | null;
      draw();
    },
    (error) => {
      elements.link.textContent = `The database does not let this page read: ${error.message}`;
    },
  );
  draw();
  setInterval(draw, 1000);
}
