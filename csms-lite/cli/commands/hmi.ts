import { resolve } from 'node:path';
import { type ExportOptions, exportSite } from '../../hmi/export.js';
import { print } from '../output.js';

/** Writes the drivers' page as a static site. */
export function exportHmi(options: ExportOptions & { json?: boolean }): void {
  const files = exportSite(options);
  print(options.json === true, { out: resolve(options.out), files }, () =>
    [`${resolve(options.out)}: ${files.join(', ')}`, 'README.md there says how to put it on a host.'].join('\n'),
  );
}
