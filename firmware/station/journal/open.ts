import type { JournalOptions, OpenedJournal } from './journal.js';

/** Opens the journal. */
export async function openJournal(_options: JournalOptions): Promise<OpenedJournal> {
  throw new Error('being written');
}
