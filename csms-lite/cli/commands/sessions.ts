import type { TransactionView } from '../../api/present.js';
import { duration, energy, toMs } from '../../web/shared/format.js';
import { createClient } from '../client.js';
import { print, table } from '../output.js';
import type { TalkOptions } from '../program.js';

function lengthOf(session: TransactionView): string {
  const end = toMs(session.stoppedAt) ?? (session.status === 'active' ? Date.now() : null);
  const { value, unit } = duration(end === null ? null : end - (toMs(session.startedAt) ?? end));
  return `${value} ${unit}`;
}

export async function listSessions(
  options: TalkOptions & { station?: string; tag?: string; limit: number },
): Promise<void> {
  const query = new URLSearchParams({ limit: String(options.limit) });
  if (options.station !== undefined) query.set('chargePointId', options.station);
  if (options.tag !== undefined) query.set('idTag', options.tag);
  const { body } = await createClient(options).call<{ items: TransactionView[]; total: number }>(
    'GET',
    `/transactions?${query}`,
  );
  print(options.json === true, body, () =>
    table(
      body.items,
      [
        { title: 'ID', value: (t) => String(t.id) },
        { title: 'STARTED', value: (t) => t.startedAt },
        { title: 'CHARGE POINT', value: (t) => `${t.chargePointId} ${t.connectorId}` },
        { title: 'TAG', value: (t) => t.idTag },
        { title: 'ENERGY', value: (t) => `${energy(t.energyWh).value} kWh`, right: true },
        { title: 'TIME', value: lengthOf, right: true },
        { title: 'END', value: (t) => (t.status === 'active' ? 'running' : (t.stopReason ?? '')) },
        { title: '', value: (t) => (t.demo ? 'Demo data' : '') },
      ],
      'No session yet.',
    ),
  );
}
