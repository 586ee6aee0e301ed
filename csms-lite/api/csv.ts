/** RFC 4180. Lines end in CRLF. */

/**
 * One cell. A text that a spreadsheet would take for a formula gets an apostrophe in front: idTags and names come from
 * strangers. Numbers, also negative ones, stay as they are.
 */
export function csvCell(text: string): string {
  const isNumber = /^-?\d+(\.\d+)?$/.test(text);
  const safe = !isNumber && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replace(/"/g, '""')}"` : safe;
}

export function csvLine(cells: readonly string[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`;
}
