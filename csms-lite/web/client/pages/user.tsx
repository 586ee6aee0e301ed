import { useSignal } from '@preact/signals';
import { dayAndTime, toMs } from '../../shared/format.js';
import { amountText, money, readAmount } from '../../shared/money.js';
import type { FormValues } from '../../shared/schema-form.js';
import { call, type Page } from '../api.js';
import { now } from '../live/state.js';
import { Amount, Done, PageHead, Panel, Problem, Scroll } from '../parts/basics.js';
import { SchemaForm } from '../parts/schema-form.js';
import { navigate } from '../router.js';
import { type Acts, useActs, useRead } from '../use.js';
import { Cards } from './user/cards.js';
import { USER_SCHEMA, type UserView } from './users.js';

/** As `GET /users/{id}/wallet`. */
interface WalletView {
  currency: string;
  exponent: number;
  enabled: boolean;
  floorMinor: number;
  balanceMinor: number;
  heldMinor: number;
  availableMinor: number;
  owedMinor: number;
}

interface EntryView {
  id: number;
  at: string;
  kind: 'top-up' | 'adjust' | 'hold' | 'release' | 'charge' | 'refund';
  changeMinor: number;
  heldChangeMinor: number;
  balanceMinor: number;
  transactionId: number | null;
  reference: string | null;
  note: string | null;
  actor: string;
}

const KINDS: Record<EntryView['kind'], string> = {
  'top-up': 'Top-up',
  adjust: 'Correction',
  hold: 'Reserved',
  release: 'Reservation released',
  charge: 'Session',
  refund: 'Refund',
};

/** Money in, or a correction in either direction. */
function BookForm({ id, wallet, acts }: { id: string; wallet: WalletView; acts: Acts }) {
  const amount = useSignal('');
  const note = useSignal('');
  const kind = useSignal<'top-ups' | 'adjustments'>('top-ups');
  const wrong = useSignal('');
  return (
    <form
      class="bar in"
      onSubmit={(event) => {
        event.preventDefault();
        const amountMinor = readAmount(amount.value, wallet.exponent);
        if (amountMinor === null || amountMinor === 0) {
          wrong.value = `This is no amount of ${wallet.currency}.`;
          return;
        }
        wrong.value = '';
        const body = { amountMinor, ...(note.value.trim() === '' ? {} : { note: note.value.trim() }) };
        acts.act(
          async () => {
            await call('POST', `/users/${id}/wallet/${kind.value}`, body);
            amount.value = '';
            note.value = '';
          },
          `${money(amountMinor, wallet.currency, wallet.exponent)} is booked.`,
        );
      }}
    >
      <label class="field">
        What
        <select
          value={kind.value}
          onChange={(event) => {
            kind.value = event.currentTarget.value as 'top-ups' | 'adjustments';
          }}
        >
          <option value="top-ups">Top-up</option>
          <option value="adjustments">Correction (− takes away)</option>
        </select>
      </label>
      <label class="field">
        Amount, {wallet.currency}
        <input
          value={amount.value}
          required
          inputMode="decimal"
          size={8}
          onInput={(event) => {
            amount.value = event.currentTarget.value;
          }}
        />
      </label>
      <label class="field">
        Note
        <input
          value={note.value}
          required={kind.value === 'adjustments'}
          onInput={(event) => {
            note.value = event.currentTarget.value;
          }}
        />
      </label>
      <button type="submit" class="primary" disabled={acts.busy.value}>
        Book
      </button>
      {wrong.value === '' ? null : <p class="tone-fault">{wrong.value}</p>}
    </form>
  );
}

function Ledger({ entries, wallet }: { entries: readonly EntryView[]; wallet: WalletView }) {
  const text = (minor: number): string => money(minor, wallet.currency, wallet.exponent);
  if (entries.length === 0) return <p class="in muted">Nothing was booked yet.</p>;
  return (
    <Scroll label="Ledger">
      <table>
        <thead>
          <tr>
            <th>When</th>
            <th>What</th>
            <th class="number">Change</th>
            <th class="number">Balance</th>
            <th>For</th>
            <th>By</th>
          </tr>
        </thead>
        <tbody>
          {entries.map((entry) => (
            <tr key={entry.id}>
              <td>{dayAndTime(toMs(entry.at) ?? 0, now.value)}</td>
              <td>{KINDS[entry.kind]}</td>
              <td class="number">
                {entry.changeMinor === 0 ? (
                  <span class="muted">{text(entry.heldChangeMinor)}</span>
                ) : (
                  text(entry.changeMinor)
                )}
              </td>
              <td class="number">{text(entry.balanceMinor)}</td>
              <td>
                {entry.transactionId === null ? null : (
                  <a href={`/sessions/${entry.transactionId}`}>session {entry.transactionId}</a>
                )}{' '}
                {entry.note ?? entry.reference ?? ''}
              </td>
              <td class="muted">{entry.actor}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

function Wallet({ id }: { id: string }) {
  const wallet = useRead<WalletView>(`/users/${id}/wallet`, (event) => event.type.startsWith('transaction.st'));
  const entries = useRead<Page<EntryView>>(`/users/${id}/wallet/entries?limit=100`, (event) =>
    event.type.startsWith('transaction.st'),
  );
  const acts = useActs(() => Promise.all([wallet.reload(), entries.reload()]));
  const known = wallet.data.value;
  if (known === null) return <Problem error={wallet.problem.value} />;
  const text = (minor: number): string => money(minor, known.currency, known.exponent);
  return (
    <Panel title="Wallet" note={known.enabled ? 'starts that it cannot bear are refused' : 'switched off'}>
      <Problem error={wallet.problem.value ?? entries.problem.value ?? acts.problem.value} />
      <Done text={acts.done.value} />
      <dl class="facts in">
        <div class="big">
          <dt>Balance</dt>
          <dd>
            <Amount of={{ value: amountText(known.balanceMinor, known.exponent), unit: known.currency }} />
          </dd>
        </div>
        <div>
          <dt>Reserved by running sessions</dt>
          <dd>{text(known.heldMinor)}</dd>
        </div>
        <div>
          <dt>Available</dt>
          <dd>{text(known.availableMinor)}</dd>
        </div>
        <div>
          <dt>Owed</dt>
          <dd>{text(known.owedMinor)}</dd>
        </div>
      </dl>
      <div class="in">
        <label class="check">
          <input
            type="checkbox"
            checked={known.enabled}
            disabled={acts.busy.value}
            onChange={(event) => {
              const enabled = event.currentTarget.checked;
              acts.act(
                () => call('PUT', `/users/${id}/wallet`, { enabled }),
                enabled ? 'The wallet pays for sessions.' : 'The wallet pays for nothing.',
              );
            }}
          />
          This user’s cards charge on the wallet
        </label>
      </div>
      <BookForm id={id} wallet={known} acts={acts} />
      {entries.data.value === null ? null : <Ledger entries={entries.data.value.items} wallet={known} />}
    </Panel>
  );
}

function initialOf(user: UserView): FormValues {
  return {
    login: user.login,
    fullName: user.fullName ?? '',
    email: user.email ?? '',
    phone: user.phone ?? '',
    idTags: user.idTags.join('\n'),
    role: user.role ?? '',
  };
}

/** What a PATCH needs so that an emptied field is emptied: absent members stay as they are. */
const CLEARED = { fullName: null, email: null, phone: null, role: null, idTags: [] };

/** One user: cards, wallet with its ledger, sign-in. */
export function User({ id }: { id: string }) {
  const user = useRead<UserView>(`/users/${encodeURIComponent(id)}`);
  const acts = useActs(user.reload);
  const known = user.data.value;
  if (known === null) {
    return (
      <>
        <PageHead title="User" note={<a href="/users">All users</a>} />
        <Problem error={user.problem.value} />
      </>
    );
  }
  return (
    <>
      <PageHead title={known.fullName ?? known.login} note={<a href="/users">All users</a>}>
        <button
          type="button"
          disabled={acts.busy.value}
          onClick={() => {
            if (!confirm(`Forget ${known.login}? Sessions and the ledger stay.`)) return;
            acts.act(async () => {
              await call('DELETE', `/users/${id}`);
              navigate('/users');
            }, 'Forgotten.');
          }}
        >
          Forget
        </button>
      </PageHead>
      <Problem error={user.problem.value ?? acts.problem.value} />
      <Done text={acts.done.value} />
      <Wallet id={id} />
      <Cards idTags={known.idTags} />
      <Panel title="Person">
        <SchemaForm
          key={JSON.stringify(known)}
          name="person"
          schema={USER_SCHEMA}
          initial={initialOf(known)}
          submit="Save"
          busy={acts.busy.value}
          send={(body) => acts.act(() => call('PATCH', `/users/${id}`, { ...CLEARED, ...body }), 'Saved.')}
        />
      </Panel>
    </>
  );
}
