import { createClient } from '../client.js';
import { print, table } from '../output.js';
import type { TalkOptions } from '../program.js';

interface TariffView {
  id: number;
  archived: boolean;
  current: Record<string, string | number | boolean>;
}

interface Assignment {
  kind: string;
  target: string;
  connectorId: number;
  tariffId: number;
}

export interface TariffOptions extends TalkOptions {
  kwh?: string;
  minute?: string;
  session?: string;
  idle?: string;
  grace?: number;
  tax?: string;
  taxOnTop?: boolean;
  hold?: string;
  currency?: string;
}

export async function listTariffs(options: TalkOptions): Promise<void> {
  const client = createClient(options);
  const [{ body: tariffs }, { body: assignments }] = await Promise.all([
    client.call<{ items: TariffView[]; total: number }>('GET', '/tariffs?limit=1000'),
    client.call<{ items: Assignment[] }>('GET', '/tariff-assignments'),
  ]);
  const where = (id: number): string =>
    assignments.items
      .filter((one) => one.tariffId === id)
      .map((one) => `${one.kind} ${one.target}${one.kind === 'connector' ? `/${one.connectorId}` : ''}`)
      .join(', ');
  print(options.json === true, { ...tariffs, assignments: assignments.items }, () =>
    table(
      tariffs.items,
      [
        { title: 'ID', value: (t) => String(t.id) },
        { title: 'NAME', value: (t) => String(t.current.name) },
        { title: 'V', value: (t) => String(t.current.version), right: true },
        { title: 'KWH', value: (t) => String(t.current.pricePerKwh), right: true },
        { title: 'MINUTE', value: (t) => String(t.current.pricePerMinute), right: true },
        { title: 'SESSION', value: (t) => String(t.current.pricePerSession), right: true },
        { title: 'IDLE MINUTE', value: (t) => String(t.current.pricePerIdleMinute), right: true },
        { title: 'TAX', value: (t) => `${t.current.taxPercent} %`, right: true },
        { title: '', value: (t) => String(t.current.currency) },
        { title: 'WHERE', value: (t) => (t.archived ? 'archived' : where(t.id)) },
      ],
      'No tariff yet: charging is free. Make one with: csms-lite tariff add <name> --kwh 0.45',
    ),
  );
}

export async function addTariff(name: string, options: TariffOptions & { change?: string }): Promise<void> {
  const body = {
    name,
    ...(options.currency === undefined ? {} : { currency: options.currency }),
    ...(options.kwh === undefined ? {} : { pricePerKwh: options.kwh }),
    ...(options.minute === undefined ? {} : { pricePerMinute: options.minute }),
    ...(options.session === undefined ? {} : { pricePerSession: options.session }),
    ...(options.idle === undefined ? {} : { pricePerIdleMinute: options.idle }),
    ...(options.grace === undefined ? {} : { idleGraceMinutes: options.grace }),
    ...(options.tax === undefined ? {} : { taxPercent: options.tax }),
    ...(options.taxOnTop === undefined ? {} : { pricesIncludeTax: !options.taxOnTop }),
    ...(options.hold === undefined ? {} : { hold: options.hold }),
  };
  const client = createClient(options);
  const { body: tariff } =
    options.change === undefined
      ? await client.call<TariffView>('POST', '/tariffs', body)
      : await client.call<TariffView>('PUT', `/tariffs/${encodeURIComponent(options.change)}`, body);
  print(options.json === true, tariff, () => `tariff ${tariff.id} ${name}, version ${tariff.current.version}`);
}

export async function assignTariff(
  tariff: string,
  options: TalkOptions & { site?: string; station?: string; connector?: number },
): Promise<void> {
  const isNowhere = options.site === undefined && options.station === undefined;
  const { body } = await createClient(options).call<{ items: Assignment[] }>('PUT', '/tariff-assignments', {
    tariffId: tariff === 'none' ? null : Number(tariff),
    ...(isNowhere ? { siteId: 'default' } : {}),
    ...(options.site === undefined ? {} : { siteId: options.site }),
    ...(options.station === undefined ? {} : { chargePointId: options.station }),
    ...(options.connector === undefined ? {} : { connectorId: options.connector }),
  });
  print(options.json === true, body, () => (tariff === 'none' ? 'taken away' : `tariff ${tariff} assigned`));
}
