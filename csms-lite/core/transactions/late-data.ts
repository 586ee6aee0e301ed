import { commit } from '../commit.js';
import type { Core } from '../core.js';
import type { QualityFlag } from '../model.js';
import { settle } from '../wallets/settle.js';
import type { Session } from './session-index.js';
import { flagsOf, flagsText, toTransaction } from './view.js';

/**
 * What meter values change in the stored session. A completed session is remarked on; an end that was only estimated
 * follows the readings; a session that was closed after a boot runs on when its charge point still meters it.
 */
export async function applyMeterToSession(
  core: Core,
  session: Session,
  atMs: number,
  newlyBackwards: boolean,
): Promise<void> {
  const { row } = session;
  if (row.state === 'active' && !newlyBackwards) return;
  const flags = new Set<QualityFlag>(flagsOf(row));
  // A stop that was reported has settled the energy.
  if (newlyBackwards && row.stop_confirmed === 0) flags.add('register-backwards');
  const goesOn = row.closed_by === 'after-boot' && atMs > (row.stopped_at_ms ?? 0);
  if (goesOn) flags.delete('end-estimated');
  else if (row.state === 'completed') flags.add('late-data');
  const estimated =
    row.state === 'completed' && row.stop_confirmed === 0 && session.register.lastWh !== row.meter_stop_wh;
  const text = flagsText(flags);
  if (!goesOn && !estimated && text === row.flags) return;
  const running = {
    state: 'active',
    stopped_at_ms: null,
    meter_stop_wh: null,
    energy_wh: null,
    stop_reason: null,
    closed_by: null,
  } as const;
  const end = {
    meter_stop_wh: session.register.lastWh,
    energy_wh: session.register.energyWh,
    stopped_at_ms: Math.max(row.stopped_at_ms ?? 0, atMs),
  };
  await commit(
    core,
    async (db, announce) => {
      const updated = await db
        .updateTable('tx')
        .set({
          ...(goesOn ? running : estimated ? end : {}),
          flags: text,
          revision: row.state === 'completed' ? row.revision + 1 : row.revision,
        })
        .where('id', '=', row.id)
        .returningAll()
        .executeTakeFirstOrThrow();
      // An end that was estimated has moved; the session that runs on is settled at its end.
      const changed = await settle(db, updated, core.nowMs());
      const known = { energyWh: session.register.energyWh, live: session.live };
      if (goesOn) announce({ type: 'transaction.started', transaction: toTransaction(changed, known) });
      else if (changed.state === 'completed')
        announce({ type: 'transaction.stopped', transaction: toTransaction(changed, known) });
      return changed;
    },
    (changed) => void core.sessions.update(changed),
  );
}
