import { duration, energy } from '../../../shared/format.js';
import { money } from '../../../shared/money.js';
import { ApiProblem } from '../../api.js';
import { Amount, Panel, Problem, Scroll } from '../../parts/basics.js';
import { useRead } from '../../use.js';

/** As `GET /transactions/{id}/cost`. */
interface CostView {
  currency: string | null;
  exponent: number | null;
  tariff: { tariffId: number; name: string; version: number; taxPercent: string; pricesIncludeTax: boolean } | null;
  lines: { kind: 'energy' | 'time' | 'session' | 'idle'; quantity: number; price: string; amountMinor: number }[];
  netMinor: number;
  taxMinor: number;
  totalMinor: number;
  paidMinor: number;
  owedMinor: number;
  userId: number | null;
  final: boolean;
}

const KINDS: Record<CostView['lines'][number]['kind'], { label: string; per: string }> = {
  energy: { label: 'Energy', per: 'per kWh' },
  time: { label: 'Charging time', per: 'per min' },
  session: { label: 'Session', per: 'each' },
  idle: { label: 'Occupied after charging', per: 'per min' },
};

function Quantity({ line }: { line: CostView['lines'][number] }) {
  switch (line.kind) {
    case 'energy':
      return <Amount of={energy(line.quantity)} />;
    case 'session':
      return <>{line.quantity}</>;
    case 'time':
    case 'idle':
      return <Amount of={duration(line.quantity)} />;
  }
}

/** What the session costs, line by line. `changes` counts what makes it worth reading again. */
export function CostPanel({ id }: { id: string }) {
  const { data, problem } = useRead<CostView>(
    `/transactions/${encodeURIComponent(id)}/cost`,
    (event) => 'transaction' in event && String(event.transaction.id) === id,
  );
  const cost = data.value;
  if (problem.value instanceof ApiProblem && problem.value.code === 'transaction_not_found') return null;
  if (cost === null) return <Problem error={problem.value} />;
  const { currency, exponent } = cost;
  if (cost.tariff === null || currency === null || exponent === null) {
    return (
      <Panel title="Cost">
        <p class="in muted">
          No tariff held when it began, so it was free. <a href="/tariffs">Tariffs</a>
        </p>
      </Panel>
    );
  }
  const text = (minor: number): string => money(minor, currency, exponent);
  return (
    <Panel
      title="Cost"
      note={
        <>
          {cost.tariff.name}, version {cost.tariff.version}
          {cost.final ? '' : ', so far'}
        </>
      }
    >
      <Problem error={problem.value} />
      <Scroll label="Cost, line by line">
        <table>
          <thead>
            <tr>
              <th>What</th>
              <th class="number">How much</th>
              <th class="number">Price</th>
              <th class="number">Amount</th>
            </tr>
          </thead>
          <tbody>
            {cost.lines.map((line) => (
              <tr key={line.kind}>
                <td>{KINDS[line.kind].label}</td>
                <td class="number">
                  <Quantity line={line} />
                </td>
                <td class="number">
                  {line.price} <span class="muted">{KINDS[line.kind].per}</span>
                </td>
                <td class="number">{text(line.amountMinor)}</td>
              </tr>
            ))}
            {cost.taxMinor === 0 ? null : (
              <tr>
                <td>
                  Tax, {cost.tariff.taxPercent} % {cost.tariff.pricesIncludeTax ? '(included above)' : ''}
                </td>
                <td />
                <td />
                <td class="number">{text(cost.taxMinor)}</td>
              </tr>
            )}
            <tr class="total">
              <td>Total</td>
              <td />
              <td />
              <td class="number">{text(cost.totalMinor)}</td>
            </tr>
          </tbody>
        </table>
      </Scroll>
      {cost.userId === null ? null : (
        <p class="in muted">
          Paid by <a href={`/users/${cost.userId}`}>user {cost.userId}</a>: {text(cost.paidMinor)}
          {cost.owedMinor === 0 ? '.' : `; ${text(cost.owedMinor)} still owed.`}
        </p>
      )}
    </Panel>
  );
}
