import type { ResultViews } from '../../../../api/present-insight.js';
import { duration, energy } from '../../../shared/format.js';
import { Amount, Scroll } from '../../parts/basics.js';

const STRUCTURE: Readonly<Record<ResultViews['users']['structure'], string>> = {
  strong: 'The groups are well apart.',
  reasonable: 'The groups are reasonably apart.',
  weak: 'The groups are barely apart: they may be of no meaning.',
  none: 'There are no real groups: whatever k-means says, the users are one crowd.',
};

function name(group: number): string {
  return String.fromCharCode(65 + group);
}

function hourOf(hours: number): string {
  const minutes = Math.round(hours * 60) % 1440;
  return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
}

/** Groups of users with alike habits. */
export function UserFigures({ segments }: { segments: ResultViews['users'] }) {
  const { k, structure, silhouettes, groups, users, timeZone } = segments;
  return (
    <>
      <p class="in">
        {STRUCTURE[structure]}{' '}
        <span class="muted">
          Mean silhouette by number of groups:{' '}
          {silhouettes
            .map((one) => `${one.k}: ${one.silhouette.toFixed(2)}${one.k === k ? ' (chosen)' : ''}`)
            .join(', ')}
        </span>
      </p>
      <Scroll label="Groups of users">
        <table>
          <caption>Means of each group; start hours of {timeZone}</caption>
          <thead>
            <tr>
              <th>Group</th>
              <th class="number">Users</th>
              <th class="number">Starts at about</th>
              <th class="number">Time</th>
              <th class="number">Energy</th>
              <th class="number">Sessions a week</th>
              <th class="number">Energy in all</th>
            </tr>
          </thead>
          <tbody>
            {groups.map(({ size, mean }, group) => (
              <tr key={name(group)}>
                <td>{name(group)}</td>
                <td class="number">{size}</td>
                <td class="number">{hourOf(mean.meanStartHour)}</td>
                <td class="number">
                  <Amount of={duration(mean.meanDurationMs)} />
                </td>
                <td class="number">
                  <Amount of={energy(mean.meanEnergyWh)} />
                </td>
                <td class="number">{mean.sessionsPerWeek.toFixed(1)}</td>
                <td class="number">
                  <Amount of={energy(mean.totalEnergyWh * size)} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      <details class="in">
        <summary>Who is in which group</summary>
        <dl class="members">
          {groups.map((_group, group) => (
            <div key={name(group)}>
              <dt>{name(group)}</dt>
              <dd class="mono">
                {users
                  .filter((user) => user.group === group)
                  .map(({ user }) => user)
                  .join(', ')}
              </dd>
            </div>
          ))}
        </dl>
      </details>
    </>
  );
}
