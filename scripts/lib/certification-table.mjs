import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/**
 * Prints the table of all certification cases when any of their test files ran (scripts/test.mjs).
 * @returns false when all of them ran and a listed case has no outcome, or one has several
 */
export async function printCertificationTable({ distDirectory, outcomes, allFiles, files }) {
  const folder = join(distDirectory, 'certification');
  const ofCases = allFiles.filter((path) => path.startsWith(folder));
  const ran = ofCases.filter((path) => files.includes(path));
  if (ran.length === 0) return true;
  const module = pathToFileURL(join(folder, 'harness', 'outcomes.js')).href;
  const { certificationTable, readOutcomes } = await import(module);
  const { text, missing, repeated } = certificationTable(readOutcomes(outcomes), ran.length === ofCases.length);
  console.log(`\n${text}`);
  if (missing.length > 0) console.log(`✗ listed, but no test reported: ${missing.join(', ')}`);
  if (repeated.length > 0) console.log(`✗ reported more than once: ${repeated.join(', ')}`);
  return missing.length === 0 && repeated.length === 0;
}
