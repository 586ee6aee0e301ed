import { amountText, exponentOf, readDecimal } from '../../core/tariffs/money.js';
import { createClient } from '../client.js';
import { print, table } from '../output.js';
import type { TalkOptions } from '../program.js';
import { CliError } from '../report.js';
import { findUser } from './user.js';

interface WalletView {
  currency: string;
  enabled: boolean;
  floorMinor: number;
  balanceMinor: number;
  heldMinor: number;
  availableMinor: number;
  owedMinor: number;
}

interface EntryView {
  at: string;
  kind: string;
  changeMinor: number;
  heldChangeMinor: number;
  balanceMinor: number;
  transactionId: number | null;
  note: string | null;
}

/** `12.50` in minor units. @throws CliError bad_amount */
function minorOf(text: string, currency: string): number {
  const minor = readDecimal(text, exponentOf(currency));
  if (minor !== null) return minor;
  throw new CliError('bad_amount', `${text} is no amount in ${currency}.`, 'For example 12.50');
}

export async function showWallet(login: string, options: TalkOptions & { limit: number }): Promise<void> {
  const client = createClient(options);
  const { id } = await findUser(client, login);
  const [{ body: wallet }, { body: ledger }] = await Promise.all([
    client.call<WalletView>('GET', `/users/${id}/wallet`),
    client.call<{ items: EntryView[]; total: number }>('GET', `/users/${id}/wallet/entries?limit=${options.limit}`),
  ]);
  const money = (minor: number): string => amountText(minor, wallet.currency);
  print(options.json === true, { ...wallet, entries: ledger }, () =>
    [
      `${login}: ${money(wallet.balanceMinor)} ${wallet.currency}, ${money(wallet.availableMinor)} to spend` +
        `${wallet.enabled ? '' : ' (not enabled)'}${wallet.owedMinor > 0 ? `, ${money(wallet.owedMinor)} owed` : ''}`,
      table(
        ledger.items,
        [
          { title: 'AT', value: (e) => e.at },
          { title: 'KIND', value: (e) => e.kind },
          { title: 'CHANGE', value: (e) => money(e.changeMinor), right: true },
          { title: 'HELD', value: (e) => (e.heldChangeMinor === 0 ? '' : money(e.heldChangeMinor)), right: true },
          { title: 'BALANCE', value: (e) => money(e.balanceMinor), right: true },
          { title: 'SESSION', value: (e) => String(e.transactionId ?? '') },
          { title: 'NOTE', value: (e) => e.note ?? '' },
        ],
        'No entry yet.',
      ),
    ].join('\n'),
  );
}

export async function setWallet(
  login: string,
  options: TalkOptions & { enable?: boolean; floor?: string; currency?: string },
): Promise<void> {
  const client = createClient(options);
  const { id } = await findUser(client, login);
  const { body: known } = await client.call<WalletView>('GET', `/users/${id}/wallet`);
  const currency = options.currency ?? known.currency;
  const { body } = await client.call<WalletView>('PUT', `/users/${id}/wallet`, {
    ...(options.enable === undefined ? {} : { enabled: options.enable }),
    ...(options.floor === undefined ? {} : { floorMinor: minorOf(options.floor, currency) }),
    ...(options.currency === undefined ? {} : { currency }),
  });
  print(options.json === true, body, () => `${login}: wallet ${body.enabled ? 'enabled' : 'not enabled'}`);
}

export async function bookWallet(
  kind: 'top-ups' | 'adjustments',
  login: string,
  amount: string,
  options: TalkOptions & { note?: string; reference?: string },
): Promise<void> {
  const client = createClient(options);
  const { id } = await findUser(client, login);
  const { body: wallet } = await client.call<WalletView>('GET', `/users/${id}/wallet`);
  const { body } = await client.call<EntryView>('POST', `/users/${id}/wallet/${kind}`, {
    amountMinor: minorOf(amount, wallet.currency),
    ...(options.note === undefined ? {} : { note: options.note }),
    ...(options.reference === undefined ? {} : { reference: options.reference }),
  });
  print(
    options.json === true,
    body,
    () => `${login}: ${amountText(body.balanceMinor, wallet.currency)} ${wallet.currency} after it`,
  );
}
