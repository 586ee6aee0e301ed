/** What of a card's number may be read by everybody: its last characters, nothing, or all of it. */
export type UidMode = 'masked' | 'hidden' | 'full';

/** At most this many characters stay readable, and never more than half. */
const READABLE = 4;

/** Its last characters, as the seed's `username` shows them: `C3D4` of `A1B2C3D4`. */
function tail(idTag: string): string {
  const readable = Math.min(READABLE, Math.floor(idTag.length / 2));
  return readable === 0 ? '' : idTag.slice(-readable);
}

/** `uid` and `username` of a session. Pure. */
export function driverOf(idTag: string, mode: UidMode): { uid: string; username: string } {
  const end = tail(idTag);
  const username = `User ${end}`.trim();
  switch (mode) {
    case 'hidden':
      return { uid: '', username: '' };
    case 'full':
      return { uid: idTag, username };
    case 'masked':
      return { uid: `${'*'.repeat(idTag.length - end.length)}${end}`, username };
  }
}
