import { useSignal } from '@preact/signals';
import type { ChargePointView, SecurityEventView } from '../../../../api/present.js';
import { dayAndTime, toMs } from '../../../shared/format.js';
import { call, type Page, withQuery } from '../../api.js';
import { now } from '../../live/state.js';
import { Done, Panel, Problem, Scroll } from '../../parts/basics.js';
import { type CommandDescription, CommandForm } from '../../parts/command-form.js';
import { navigate } from '../../router.js';
import { useActs, useRead } from '../../use.js';
import { descriptionsFor } from './commands.js';
import { Quirks } from './quirks.js';

const PROFILES: Record<number, string> = {
  0: '0: no password',
  1: '1: password, no encryption',
  2: '2: password over TLS',
  3: '3: TLS with client certificate',
};

const CERTIFICATE_COMMANDS: readonly { name: string; title: string }[] = [
  { name: 'get-installed-certificate-ids', title: 'Which certificates does it have?' },
  { name: 'install-certificate', title: 'Install a root certificate' },
  { name: 'delete-certificate', title: 'Delete a certificate' },
  { name: 'extended-trigger-message', title: 'Ask for a message, such as a new certificate request' },
];

function Events({ events }: { events: readonly SecurityEventView[] }) {
  if (events.length === 0) return <p class="in muted">The charger has reported none.</p>;
  return (
    <Scroll label="Security events">
      <table>
        <thead>
          <tr>
            <th>When</th>
            <th>Event</th>
            <th>Details</th>
          </tr>
        </thead>
        <tbody>
          {events.map((event) => (
            <tr key={event.id}>
              <td>{dayAndTime(toMs(event.at) ?? 0, now.value)}</td>
              <td>{event.type}</td>
              <td>{event.techInfo ?? ''}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

function Admission({ station }: { station: ChargePointView }) {
  const acts = useActs();
  const password = useSignal('');
  const path = `/charge-points/${encodeURIComponent(station.id)}`;
  const blocked = station.admission === 'blocked';
  return (
    <Panel title="Who may connect as it">
      <div class="in">
        <dl class="facts">
          <div>
            <dt>Security profile</dt>
            <dd>{PROFILES[station.securityProfile] ?? station.securityProfile}</dd>
          </div>
          <div>
            <dt>Password</dt>
            <dd>{station.hasPassword ? 'set' : 'none'}</dd>
          </div>
          <div>
            <dt>Admission</dt>
            <dd>{blocked ? 'blocked' : 'accepted'}</dd>
          </div>
          <div>
            <dt>Frames that break the schema</dt>
            <dd>{station.verdict === 'strict' ? 'are refused' : 'are served and reported'}</dd>
          </div>
        </dl>
      </div>
      <form
        class="bar in"
        onSubmit={(event) => {
          event.preventDefault();
          acts.act(async () => {
            await call('PUT', path, { password: password.value });
            password.value = '';
          }, 'The password is set. The charger must use it from its next connection on.');
        }}
      >
        <label class="field">
          New password (AuthorizationKey)
          <input
            type="password"
            autocomplete="new-password"
            minLength={1}
            maxLength={40}
            required
            value={password.value}
            onInput={(event) => {
              password.value = event.currentTarget.value;
            }}
          />
        </label>
        <button type="submit" disabled={acts.busy.value}>
          Set password
        </button>
        {station.hasPassword ? (
          <button
            type="button"
            disabled={acts.busy.value}
            onClick={() => acts.act(() => call('PUT', path, { password: null }), 'It connects without password now.')}
          >
            Take password away
          </button>
        ) : null}
      </form>
      <div class="bar in">
        <button
          type="button"
          disabled={acts.busy.value}
          onClick={() =>
            acts.act(
              () => call('PUT', path, { admission: blocked ? 'accepted' : 'blocked' }),
              blocked ? 'It may connect again.' : 'Its connections are refused.',
            )
          }
        >
          {blocked ? 'Let it connect' : 'Block it'}
        </button>
        <button
          type="button"
          disabled={acts.busy.value}
          onClick={() =>
            acts.act(
              () => call('PUT', path, { verdict: station.verdict === 'strict' ? 'warn' : 'strict' }),
              'Changed. It applies from its next message on.',
            )
          }
        >
          {station.verdict === 'strict' ? 'Serve frames that break the schema' : 'Refuse frames that break the schema'}
        </button>
        <button
          type="button"
          disabled={acts.busy.value}
          onClick={() => {
            if (!confirm(`Forget ${station.id}? Its sessions and messages stay.`)) return;
            acts.act(async () => {
              await call('DELETE', path);
              navigate('/stations');
            }, 'Forgotten.');
          }}
        >
          Forget it
        </button>
      </div>
      <Problem error={acts.problem.value} />
      <Done text={acts.done.value} />
    </Panel>
  );
}

/** As `GET /certificates`. */
interface CertificateView {
  id: number;
  serialNumber: string;
  subject: string;
  notAfter: string;
  status: string;
}

/** Issued for this charger by the local authority. */
function Issued({ chargePointId }: { chargePointId: string }) {
  const { data, problem } = useRead<Page<CertificateView>>(
    withQuery('/certificates', { chargePointId, limit: 50 }),
    (event) => event.type === 'command.updated' && event.command.chargePointId === chargePointId,
  );
  const items = data.value?.items ?? [];
  return (
    <>
      <Problem error={problem.value} />
      {items.length === 0 ? (
        <p class="in muted">None was issued here. A charger asks for one with SignCertificate.</p>
      ) : (
        <Scroll label="Certificates issued here">
          <table>
            <thead>
              <tr>
                <th>Serial number</th>
                <th>Subject</th>
                <th>Valid until</th>
                <th>State</th>
              </tr>
            </thead>
            <tbody>
              {items.map((one) => (
                <tr key={one.id}>
                  <td class="mono">{one.serialNumber}</td>
                  <td>{one.subject}</td>
                  <td>{dayAndTime(toMs(one.notAfter) ?? 0, now.value)}</td>
                  <td>{one.status}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      )}
    </>
  );
}

/** Password, admission, certificates, and what the charger reported. */
export function SecurityTab({ station }: { station: ChargePointView }) {
  const events = useRead<Page<SecurityEventView>>(
    `/charge-points/${encodeURIComponent(station.id)}/security-events?limit=100`,
    (event) => event.type === 'security.event' && event.event.chargePointId === station.id,
  );
  const descriptions = useRead<Page<CommandDescription>>('/command-descriptions');
  const known = descriptionsFor(station, descriptions.data.value);
  return (
    <>
      <Problem error={events.problem.value ?? descriptions.problem.value} />
      <Admission station={station} />
      <Panel
        title="Security events"
        note={events.data.value === null ? undefined : `${events.data.value.total} in all`}
      >
        {events.data.value === null ? null : <Events events={events.data.value.items} />}
      </Panel>
      <Panel title="Certificates">
        <Issued chargePointId={station.id} />
        {CERTIFICATE_COMMANDS.map(({ name, title }) => {
          const description = known.find((one) => one.name === name);
          if (description === undefined) return null;
          return (
            <details key={name}>
              <summary class="in">{title}</summary>
              <CommandForm chargePointId={station.id} description={description} />
            </details>
          );
        })}
      </Panel>
      <Quirks chargePointId={station.id} />
    </>
  );
}
