import { useSignal } from '@preact/signals';
import type { KnockView, RegisteredView } from '../../../api/present.js';
import { ago, toMs } from '../../shared/format.js';
import { call, type Page } from '../api.js';
import { facts } from '../facts.js';
import { now } from '../live/state.js';
import { Copyable, Done, PageHead, Panel, Problem } from '../parts/basics.js';
import { type Acts, useActs, useRead } from '../use.js';
import { Reachability } from './connect/reachability.js';
import { Simulators } from './connect/simulators.js';

const REASONS: Record<string, string> = {
  'malformed-url': 'The address could not be read.',
  'invalid-identity': 'The name has characters that cannot be used.',
  'no-common-subprotocol': 'It speaks no OCPP version that we speak.',
  'unknown-station': 'It is not registered.',
  blocked: 'It is blocked.',
  'password-required': 'It gave no password.',
  'password-wrong': 'Its password is wrong.',
  'already-connected': 'Another connection uses its name.',
  'security-profile': 'It came without TLS, which its security profile demands.',
  'certificate-required': 'It showed no client certificate.',
  'certificate-wrong': 'Its client certificate is of another charger.',
};

type Act = Acts['act'];

/** Where a password is needed and none was given, one was made: this is the only time that it is shown. */
function withKey(text: string, { generatedPassword }: Partial<RegisteredView>): string {
  return generatedPassword === undefined
    ? text
    : `${text} Set this as its password (AuthorizationKey); it is shown only now: ${generatedPassword}`;
}

function Knocks({ knocks, act }: { knocks: readonly KnockView[]; act: Act }) {
  if (knocks.length === 0)
    return <p class="in muted">None. A charger that is turned away appears here at once, with the reason.</p>;
  return (
    <ul class="knocks">
      {knocks.map((knock) => (
        <li key={knock.id}>
          <div>
            <p>
              <strong class="mono">{knock.chargePointId === '' ? 'no name' : knock.chargePointId}</strong>{' '}
              <span class="muted">
                from {knock.remoteAddress}, {knock.count === 1 ? 'once' : `${knock.count} times`},{' '}
                {ago(toMs(knock.lastSeenAt), now.value)}
              </span>
            </p>
            <p>{REASONS[knock.reason] ?? knock.reason}</p>
            <p class="muted">
              {knock.hint} Offered: {knock.subprotocols.length === 0 ? 'no subprotocol' : knock.subprotocols.join(', ')}
              ; {knock.credentialsGiven ? 'with' : 'without'} password.
            </p>
          </div>
          <div class="bar">
            {knock.reason === 'unknown-station' || knock.reason === 'blocked' ? (
              <button
                type="button"
                class="small primary"
                onClick={() =>
                  act(async () => {
                    const accepted = await call<RegisteredView>('POST', `/knocks/${knock.id}/accept`, {});
                    return withKey(`${knock.chargePointId} may connect now.`, accepted);
                  }, '')
                }
              >
                Accept<span class="visually-hidden"> {knock.chargePointId}</span>
              </button>
            ) : null}
            {knock.reason === 'unknown-station' ? (
              <button
                type="button"
                class="small"
                onClick={() =>
                  act(() => call('POST', `/knocks/${knock.id}/block`), `${knock.chargePointId} is blocked.`)
                }
              >
                Block<span class="visually-hidden"> {knock.chargePointId}</span>
              </button>
            ) : null}
          </div>
        </li>
      ))}
    </ul>
  );
}

function Register({ act }: { act: Act }) {
  const id = useSignal('');
  const password = useSignal('');
  return (
    <form
      class="bar in"
      onSubmit={(event) => {
        event.preventDefault();
        const name = id.value.trim();
        if (name === '') return;
        act(async () => {
          const registered = await call<RegisteredView>(
            'PUT',
            `/charge-points/${encodeURIComponent(name)}`,
            password.value === '' ? {} : { password: password.value },
          );
          id.value = '';
          password.value = '';
          return withKey(`${name} is registered.`, registered);
        }, '');
      }}
    >
      <label class="field">
        Charge point id
        <input
          value={id.value}
          required
          maxLength={48}
          placeholder="CP-1"
          onInput={(event) => {
            id.value = event.currentTarget.value;
          }}
        />
      </label>
      <label class="field">
        Password (optional)
        <input
          type="password"
          autocomplete="new-password"
          value={password.value}
          maxLength={40}
          onInput={(event) => {
            password.value = event.currentTarget.value;
          }}
        />
      </label>
      <button type="submit" class="primary">
        Register
      </button>
    </form>
  );
}

/** How a charger gets in, and which were turned away. */
export function Connect() {
  const name = useSignal('CP-1');
  const knocks = useRead<Page<KnockView>>(
    '/knocks?limit=100',
    (event) => event.type === 'knock' || event.type.startsWith('station.'),
  );
  const settings = useRead<{ acceptUnknownStations: boolean }>('/settings');
  const acts = useActs(() => Promise.all([knocks.reload(), settings.reload()]));
  const { act } = acts;
  const open = settings.data.value?.acceptUnknownStations ?? null;

  return (
    <>
      <PageHead title="Connect a charger" />
      <Problem error={knocks.problem.value ?? settings.problem.value ?? acts.problem.value} />
      <Done text={acts.done.value} />
      <Panel title="Address" note="OCPP 1.6 JSON, subprotocol ocpp1.6">
        <div class="in">
          <p>
            Type one of these into the charger and put its name at the end, for example CP-1. Installation apps can scan
            the code: it is the address without the name. Codes for drivers are <a href="/qr">on a page of their own</a>
            .
          </p>
          {facts.ocppUrls
            .map((base) => `${base}${encodeURIComponent(name.value || 'CP-1')}`)
            .map((url) => (
              <div class="address" key={url}>
                <div class="qr">
                  <img
                    src={`/qr.svg?text=${encodeURIComponent(url)}`}
                    alt={`QR code of ${url}`}
                    width={132}
                    height={132}
                  />
                </div>
                <Copyable text={url} />
              </div>
            ))}
        </div>
      </Panel>
      <Reachability />
      <Simulators />
      <Panel title="Turned away" note="each charger, address and reason once">
        <Knocks knocks={knocks.data.value?.items ?? []} act={act} />
      </Panel>
      <Panel title="Register">
        <Register act={act} />
        <div class="in">
          <label class="check">
            <input
              type="checkbox"
              checked={open === true}
              disabled={open === null}
              onChange={(event) => {
                const wanted = event.currentTarget.checked;
                act(
                  () => call('PATCH', '/settings', { acceptUnknownStations: wanted }),
                  wanted ? 'Chargers that are not registered may connect.' : 'Only registered chargers may connect.',
                );
              }}
            />
            Let chargers connect that are not registered (they are registered by it)
          </label>
        </div>
      </Panel>
    </>
  );
}
