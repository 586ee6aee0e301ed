import type { Core } from '../core.js';
import { integer, requiredInteger } from '../payload.js';
import { applyMeterToSession } from '../transactions/late-data.js';
import { type ReadMeterValue, readMeterValues, samplesText } from '../transactions/samples.js';
import type { Session } from '../transactions/session-index.js';
import type { Handler, Inbound } from './handler.js';

/** MeterValues.conf has no members. */
const NOTHING = {};

/**
 * MeterValues.req (1.6 §4.7). Stored whatever it refers to: without a transactionId, after the stop, or of connector
 * 0, the main meter. The answer waits for the commit that it shares with the other charge points' messages.
 */
export const meterValues: Handler = (call) => {
  const { stationId, receivedAtMs, payload } = call;
  const connectorId = requiredInteger(payload, 'connectorId');
  const values = readMeterValues(payload, 'meterValue', receivedAtMs);
  const transactionId = integer(payload, 'transactionId');
  // Nearly always it is in memory, and nothing has to be waited for.
  const loaded = transactionId === null ? undefined : call.core.sessions.findLoaded(stationId, transactionId);
  if (loaded !== undefined) return keep(call, connectorId, loaded, values);
  return findSession(call, connectorId, transactionId, values).then((session) =>
    keep(call, connectorId, session, values),
  );
};

function keep(
  call: Inbound,
  connectorId: number,
  session: Session | null,
  values: readonly ReadMeterValue[],
): Promise<object> {
  const { core, stationId, receivedAtMs } = call;
  const samples = samplesText(core.store, values, receivedAtMs);
  return core.store.appendSamples({ stationId, connectorId, txId: session?.row.id ?? null, samples }).then(() => {
    for (const { time } of values) if (time.readable) core.clocks.observe(stationId, time.atMs, receivedAtMs);
    core.anomalies.meter(stationId, connectorId, session, values, receivedAtMs);
    return session === null ? NOTHING : meter(core, session, values);
  });
}

/** By transactionId; else (absent, unknown, or made up while the start is unanswered) what runs on the connector. */
async function findSession(
  { core, stationId }: Inbound,
  connectorId: number,
  transactionId: number | null,
  values: readonly ReadMeterValue[],
): Promise<Session | null> {
  const named = transactionId === null ? null : await core.sessions.find(stationId, transactionId);
  if (named !== null || connectorId <= 0) return named;
  const running = await core.sessions.activeOn(stationId, connectorId);
  if (running === null) return null;
  // A clock-aligned value from before the session does not belong to it.
  const before =
    values.length > 0 && values.every(({ time }) => time.readable && time.atMs < running.row.started_at_ms);
  return before ? null : running;
}

/** What a session says of itself after these values. */
function meter(core: Core, session: Session, values: readonly ReadMeterValue[]): object | Promise<object> {
  let newlyBackwards = false;
  let lastAtMs = 0;
  for (const { time, samples } of values) {
    if (core.sessions.meter(session, samples, time.atMs)) newlyBackwards = true;
    lastAtMs = Math.max(lastAtMs, time.atMs);
  }
  const announce = (): object => {
    if (session.row.state === 'active') core.announceMeter(session);
    return NOTHING;
  };
  // A running session is changed by few values only.
  if (session.row.state === 'active' && !newlyBackwards) return announce();
  return applyMeterToSession(core, session, lastAtMs, newlyBackwards).then(announce);
}
