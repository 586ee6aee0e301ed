/** What a key of the Realtime Database must not contain, and `%`, so that the encoding can be undone. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are among the forbidden ones
const FORBIDDEN = /[.$#[\]/%\u0000-\u001f\u007f]/g;

/**
 * The charge point's id as a key below `/chargers`; most ids are their own key. Used by csms-lite and by the exported page.
 * Source: firebase.google.com/docs/database, "Keys … cannot contain ., $, #, [, ], /, or ASCII control characters 0-31 or 127".
 */
export function chargerKey(chargePointId: string): string {
  return chargePointId.replace(
    FORBIDDEN,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  );
}
