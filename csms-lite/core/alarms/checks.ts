import { X509Certificate } from 'node:crypto';
import { readFile, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Core } from '../core.js';
import { toConnector, toStations } from '../stations/view.js';
import { createWindowLeast, type WindowLeast } from './least.js';
import { type Observation, observeConnection, observeConnector, serverSubject, stationSubject } from './observe.js';

const DAY_MS = 86_400_000;
const GROWING_MS = 5 * 60_000;

export interface CheckSources {
  databaseFile: string;
  /** PEM files of the server itself. */
  certificateFiles: readonly string[];
  /** How many wait, by the name of the queue: `webhook deliveries`. */
  queues(): Promise<Readonly<Record<string, number>>>;
}

/**
 * What no event has told: the state of every charge point when csms-lite starts. One that is not here yet counts as
 * away from now on: what was while csms-lite itself was away is not known.
 */
export async function observeAtStart(core: Core): Promise<Observation[]> {
  const nowMs = core.nowMs();
  // Demo data alarms nobody.
  const rows = await core.store.read.selectFrom('station').selectAll().where('demo', '=', 0).execute();
  const stations = await toStations(core, rows);
  const faulted = await core.store.read
    .selectFrom('connector')
    .selectAll()
    .where('status', '=', 'Faulted')
    .where('station_id', 'not in', core.store.read.selectFrom('station').select('id').where('demo', '=', 1))
    .execute();
  const open = await core.store.read
    .selectFrom('alarm')
    .innerJoin('connector', (join) =>
      join
        .onRef('connector.station_id', '=', 'alarm.station_id')
        .onRef('connector.connector_id', '=', 'alarm.connector_id'),
    )
    .selectAll('connector')
    .where('alarm.rule', '=', 'faulted')
    .where('alarm.cleared_at_ms', 'is', null)
    .execute();
  return [
    ...stations.map((station) => observeConnection(station, nowMs)),
    ...[...faulted, ...open].map((row) =>
      observeConnector(row.station_id, toConnector(row, null), row.status_received_at_ms ?? nowMs),
    ),
  ];
}

/** Of those that are here: of one that is away the last figure says nothing about now. */
function clocks(core: Core): Observation[] {
  return [...core.links.all()].flatMap(({ stationId: id }) => {
    const skewMs = core.clocks.proven(id);
    if (skewMs === null) return [];
    const figure = Math.round(Math.abs(skewMs) / 1000);
    const what = `The clock of ${id} is ${figure} s ${skewMs < 0 ? 'slow' : 'fast'}.`;
    return [{ rule: 'clock-skew', subject: stationSubject(id), seen: { t: 'figure', figure, what } } as const];
  });
}

function expiry(subject: Observation['subject'], whose: string, notAfterMs: number, nowMs: number): Observation {
  const figure = Math.floor((notAfterMs - nowMs) / DAY_MS);
  const until = new Date(notAfterMs).toISOString().slice(0, 10);
  const what = figure < 0 ? `${whose} ended on ${until}.` : `${whose} ends on ${until}.`;
  return { rule: 'certificate-expiring', subject, seen: { t: 'figure', figure, what } };
}

/** Of each charge point the certificate that lasts longest, of those that it has taken. */
async function stationCertificates(core: Core): Promise<Observation[]> {
  const rows = await core.store.read
    .selectFrom('certificate')
    .innerJoin('station', 'station.id', 'certificate.station_id')
    .select((select) => ['certificate.station_id', select.fn.max('not_after_ms').as('not_after_ms')])
    .where('certificate.status', '=', 'Accepted')
    .groupBy('certificate.station_id')
    .execute();
  return rows.map(({ station_id: id, not_after_ms: notAfterMs }) =>
    expiry(stationSubject(id), `The certificate of ${id}`, Number(notAfterMs), core.nowMs()),
  );
}

async function ownCertificates(core: Core, files: readonly string[]): Promise<Observation[]> {
  const observations: Observation[] = [];
  for (const file of files) {
    try {
      const { validTo } = new X509Certificate(await readFile(file));
      observations.push(
        expiry(serverSubject(file), `The server’s certificate ${file}`, Date.parse(validTo), core.nowMs()),
      );
    } catch (error) {
      core.log.warn({ err: error, file }, 'the server’s certificate could not be read to see when it ends');
    }
  }
  return observations;
}

/** As `df` counts it: of what users may have. */
export async function observeDisk(file: string): Promise<Observation> {
  const folder = dirname(file);
  const { blocks, bfree, bavail, bsize } = await statfs(folder);
  const used = blocks - bfree;
  const figure = used + bavail === 0 ? 100 : Math.ceil((used / (used + bavail)) * 100);
  const freeGb = ((bavail * bsize) / 1e9).toFixed(1);
  const what = `The disk of ${folder} is ${figure} % full; ${freeGb} GB are free.`;
  return { rule: 'disk-filling', subject: serverSubject(folder), seen: { t: 'figure', figure, what } };
}

/** Figures that are read from time to time. A source that fails is logged; the others are read all the same. */
export function createChecks(core: Core, sources: CheckSources): { run(): Promise<Observation[]> } {
  const least = new Map<string, WindowLeast>();

  const queues = async (): Promise<Observation[]> =>
    Object.entries(await sources.queues()).flatMap(([name, waiting]) => {
      const watched = least.get(name) ?? createWindowLeast(GROWING_MS);
      least.set(name, watched);
      const figure = watched.add(waiting, core.nowMs());
      if (figure === null) return [];
      const what = `At least ${figure} ${name} have been waiting for five minutes.`;
      return [{ rule: 'queue-growing', subject: serverSubject(name), seen: { t: 'figure', figure, what } } as const];
    });

  const all: readonly [string, () => Promise<Observation[]>][] = [
    ['the clocks of charge points', () => Promise.resolve(clocks(core))],
    ['the certificates of charge points', () => stationCertificates(core)],
    ['the server’s certificates', () => ownCertificates(core, sources.certificateFiles)],
    ['the queues', queues],
    ['the disk', async () => [await observeDisk(sources.databaseFile)]],
  ];
  return {
    async run() {
      const observations: Observation[] = [];
      for (const [what, look] of all) {
        try {
          observations.push(...(await look()));
        } catch (error) {
          core.log.error({ err: error }, `alarms: ${what} could not be read; they are read again in a minute`);
        }
      }
      return observations;
    },
  };
}
