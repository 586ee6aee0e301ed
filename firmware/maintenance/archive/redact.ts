/** Member names whose values are secrets wherever they stand. Paths to secrets (…File) are none. */
const SECRET = /^(password|passphrase|secret|token|authorization|authorizationkey|privatekey)$/i;

/**
 * A copy for diagnostics: secrets blanked, credentials and queries of URLs removed. The configuration has none (only
 * paths to them); this is for what a person may have written into it all the same.
 */
export function withoutSecrets(value: unknown): unknown {
  if (typeof value === 'string') return withoutUrlSecrets(value);
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name,
      SECRET.test(name) && member !== null ? '***' : withoutSecrets(member),
    ]),
  );
}

/** `ftp://user:secret@host/path?signature=…` becomes `ftp://***@host/path?***`. */
export function withoutUrlSecrets(text: string): string {
  return text.replaceAll(
    /\b([a-z][a-z0-9+.-]*:\/\/)([^\s/@?#]+@)?([^\s?#"']*)(\?[^\s#"']*)?/gi,
    (_, scheme: string, user: string | undefined, rest: string, query: string | undefined) =>
      `${scheme}${user === undefined ? '' : '***@'}${rest}${query === undefined ? '' : '?***'}`,
  );
}
