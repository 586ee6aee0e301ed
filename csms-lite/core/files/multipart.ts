/** The first file of a multipart/form-data body (RFC 7578), as charge points POST it. Pure. */
export interface FilePart {
  fileName: string | null;
  content: Buffer;
}

/** @returns null when the content type is another one, or the body is no whole multipart body */
export function firstFile(contentType: string | undefined, body: Buffer): FilePart | null {
  const boundary = boundaryOf(contentType);
  if (boundary === null) return null;
  const delimiter = Buffer.from(`--${boundary}`);
  let from = body.indexOf(delimiter);
  let fallback: FilePart | null = null;
  while (from >= 0) {
    const headersFrom = from + delimiter.length;
    // "--" after the delimiter ends the body.
    if (body.toString('latin1', headersFrom, headersFrom + 2) === '--') break;
    const headersTo = body.indexOf('\r\n\r\n', headersFrom);
    if (headersTo < 0) break;
    const next = body.indexOf(Buffer.concat([Buffer.from('\r\n'), delimiter]), headersTo + 2);
    if (next < 0) break;
    const headers = body.toString('utf8', headersFrom, headersTo);
    const content = body.subarray(headersTo + 4, Math.max(headersTo + 4, next));
    const fileName = /filename="((?:[^"\\]|\\.)*)"/i.exec(headers)?.[1]?.replace(/\\(.)/g, '$1') ?? null;
    if (fileName !== null) return { fileName, content };
    fallback ??= { fileName: null, content };
    from = next + 2;
  }
  return fallback;
}

export function boundaryOf(contentType: string | undefined): string | null {
  if (!/^multipart\/form-data\b/i.test(contentType ?? '')) return null;
  const match = /;\s*boundary=(?:"([^"]{1,70})"|([^;\s]{1,70}))/i.exec(contentType ?? '');
  return match?.[1] ?? match?.[2] ?? null;
}
