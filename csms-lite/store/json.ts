/** Reads a JSON column. The columns are written by us, so damage is an error, not a default. @throws SyntaxError */
export function parseJson<T>(text: string): T {
  return JSON.parse(text) as T;
}

/** Like `parseJson`; null stays null. */
export function parseNullableJson<T>(text: string | null): T | null {
  return text === null ? null : parseJson<T>(text);
}
