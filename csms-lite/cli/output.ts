/** One column of a table. */
export interface Column<T> {
  title: string;
  value: (row: T) => string;
  right?: boolean;
}

/** Rows as aligned text, titles first; `nothing` when there are none. Pure. */
export function table<T>(rows: readonly T[], columns: readonly Column<T>[], nothing: string): string {
  if (rows.length === 0) return nothing;
  const cells = [
    columns.map((column) => column.title),
    ...rows.map((row) => columns.map((column) => column.value(row))),
  ];
  const widths = columns.map((_column, index) => Math.max(...cells.map((line) => (line[index] ?? '').length)));
  return cells
    .map((line) =>
      line
        .map((cell, index) => {
          const width = widths[index] ?? 0;
          return columns[index]?.right === true ? cell.padStart(width) : cell.padEnd(width);
        })
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** Prints for a program (`--json`) or for a person. */
export function print(json: boolean, value: unknown, text: () => string): void {
  process.stdout.write(`${json ? JSON.stringify(value) : text()}\n`);
}
