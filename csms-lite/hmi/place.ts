/** The connector that a page is about. */
export interface Place {
  chargePointId: string;
  connectorId: number;
}

/**
 * From the address: `…/c/CP01/1`, as csms-lite's own QR codes have it, or `…/?c=CP01/1` for hosts that serve no paths of
 * their own making; without a connector the first. Pure.
 * @param basePath where the site stands: `/`, `/charging/`
 */
export function placeOf(url: URL, basePath: string): Place | null {
  const query = url.searchParams.get('c');
  const path = url.pathname.startsWith(basePath) ? url.pathname.slice(basePath.length) : url.pathname.slice(1);
  const inPath = /^c\/(.+)$/.exec(path)?.[1];
  const parts = query !== null ? query.split('/') : (inPath ?? '').split('/').map(decode);
  const [chargePointId = '', connectorText = '1'] = parts;
  const connectorId = connectorText === '' ? 1 : Number(connectorText);
  if (chargePointId === '' || !Number.isInteger(connectorId) || connectorId < 1) return null;
  return { chargePointId, connectorId };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
