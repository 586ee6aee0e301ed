/** What the server wrote into the page. */
export interface Facts {
  version: string;
  /** `ws://host:port/ocpp/`, to be followed by the charge point's id. */
  ocppUrls: string[];
  /** The server's clock when it made the page. */
  nowMs: number;
}

function readFacts(): Facts {
  const text = document.getElementById('facts')?.textContent ?? '{}';
  return { version: '', ocppUrls: [], nowMs: Date.now(), ...(JSON.parse(text) as Partial<Facts>) };
}

export const facts = readFacts();

/** Server clock minus the viewer's, so that "12 s ago" is right on a laptop whose clock is not. */
const offsetMs = facts.nowMs - Date.now();

export function serverNowMs(): number {
  return Date.now() + offsetMs;
}
