import type { Migration } from 'kysely';
import type { Columns } from '../dialect.js';
import { foundations } from './0001-foundations.js';

/** In order of their names. A new one is added at the end; an old one is never edited. */
export function migrations(columns: Columns): Record<string, Migration> {
  return {
    '0001-foundations': foundations(columns),
  };
}
