import { join } from 'node:path';
import { countData, removeDemo, storeDemo } from '../../demo-data/demo-store.js';
import { planDemo } from '../../demo-data/plan.js';
import { openStore } from '../../store/store.js';
import { print } from '../output.js';
import { CliError } from '../report.js';

export interface DemoDataOptions {
  data: string;
  days: number;
  seed: number;
  remove?: boolean;
  yes?: boolean;
  json?: boolean;
}

const MOST_DAYS = 730;

/** Makes demo data in a database, or takes it away; works on the file, whether a server is running on it or not. */
export async function demoData(options: DemoDataOptions): Promise<void> {
  const { data, days, seed } = options;
  if (days < 1 || days > MOST_DAYS)
    throw new CliError('bad_days', `--days is from 1 to ${MOST_DAYS}.`, 'For example --days 90');
  const store = await openStore(join(data, 'csms.sqlite'));
  try {
    const known = await countData(store, 1);
    const nowMs = Date.now();
    if (options.remove === true) {
      const removed = await removeDemo(store, nowMs);
      print(options.json === true, { removed }, () =>
        removed.stations + removed.sessions === 0
          ? 'There was no demo data.'
          : `Demo data removed: ${removed.stations} charge points, ${removed.sessions} sessions.`,
      );
      return;
    }
    if (known.stations + known.sessions > 0)
      throw new CliError(
        'demo_data_exists',
        `There is demo data already: ${known.stations} charge points, ${known.sessions} sessions.`,
        'Remove it first: csms-lite demo-data --remove',
      );
    const real = await countData(store, 0);
    if (real.stations + real.sessions > 0 && options.yes !== true)
      throw new CliError(
        'real_data',
        `${data} has real data: ${real.stations} charge points, ${real.sessions} sessions.`,
        'Use another folder (--data), or mix them with --yes; demo data stays marked and can be removed.',
      );
    const made = await storeDemo(store, planDemo({ seed, days, nowMs }), nowMs);
    print(options.json === true, { made, days, seed }, () =>
      [
        `Demo data: ${made.stations} charge points, ${made.sessions} sessions in ${days} days (seed ${seed}).`,
        'Everything is marked as demo data. A server that runs shows it after a reload of the page.',
        'Take it away with: csms-lite demo-data --remove',
      ].join('\n'),
    );
  } finally {
    await store.close();
  }
}
