import type { ConnectorStatus } from '../domain/records.js';
import { blockingFault, cableOut, pauseOf } from './facts.js';
import type { ConnectorState, Transaction } from './state.js';

/**
 * The OCPP 1.6 status (§7.7), from the state alone. Judgements where the specification leaves room:
 *
 * - Charging from the moment the contactor closes; SuspendedEV once the car has taken less than 0.5 A for 5 s.
 * - SuspendedEVSE before SuspendedEV when both hold (§4.9); but a car that is gone is SuspendedEV, as §4.9 demands.
 * - A transaction whose cable was pulled shows Finishing as soon as it stops, also where nothing is left to do then:
 *   §4.9 wants that Finishing with 'EV side disconnected' to be seen.
 * - Inoperative takes effect when the transaction has ended (§5.2), cable or not; Finishing is shown on the way (F8).
 * - Reserved stays while a cable is put in: only the reserved identity makes it Preparing (G2).
 * - Before its restore a connector is Unavailable.
 */
export function deriveStatus(state: ConnectorState): ConnectorStatus {
  if (state.phase.t !== 'unrestored' && blockingFault(state) !== null) return 'Faulted';
  const { phase } = state;
  switch (phase.t) {
    case 'unrestored':
      return 'Unavailable';
    case 'idle':
      if (!state.operative) return 'Unavailable';
      if (state.reservation !== null) return 'Reserved';
      return state.pluggedIn === true ? 'Preparing' : 'Available';
    case 'authorized':
    case 'securing':
    case 'starting':
      return 'Preparing';
    case 'running':
      return energyStatus(state, phase.transaction);
    case 'stopping':
      if (cableOut(state)) return 'Finishing';
      // Ending because the tag was refused is one step (C6), not a suspension first.
      return energyStatus(
        state,
        phase.reason === 'DeAuthorized' ? { ...phase.transaction, deauthorized: false } : phase.transaction,
      );
    case 'finishing':
      return state.operative ? 'Finishing' : 'Unavailable';
  }
}

function energyStatus(state: ConnectorState, transaction: Transaction): 'Charging' | 'SuspendedEV' | 'SuspendedEVSE' {
  const pause = pauseOf(state, transaction);
  if (pause === null) return transaction.evIdle ? 'SuspendedEV' : 'Charging';
  return pause === 'cable-out' ? 'SuspendedEV' : 'SuspendedEVSE';
}

const ORDER: readonly ConnectorStatus[] = [
  'Available',
  'Preparing',
  'Charging',
  'SuspendedEV',
  'SuspendedEVSE',
  'Finishing',
  'Reserved',
  'Unavailable',
  'Faulted',
];

/** The table of 1.6 edition 2 §4.9 (with B6, errata 3.20), as printed: rows A to I, columns 1 to 9. */
const TABLE = `
  -- A2 A3 A4 A5 -- A7 A8 A9
  B1 -- B3 B4 B5 B6 -- -- B9
  C1 -- -- C4 C5 C6 -- C8 C9
  D1 -- D3 -- D5 D6 -- D8 D9
  E1 -- E3 E4 -- E6 -- E8 E9
  F1 F2 -- -- -- -- -- F8 F9
  G1 G2 -- -- -- -- -- G8 G9
  H1 H2 H3 H4 H5 -- -- -- H9
  I1 I2 I3 I4 I5 I6 I7 I8 --
`;

export interface Transition {
  readonly code: string;
  readonly from: ConnectorStatus;
  readonly to: ConnectorStatus;
}

/** Every transition that the specification knows. */
export const TRANSITIONS: readonly Transition[] = TABLE.trim()
  .split('\n')
  .flatMap((row, from) =>
    row
      .trim()
      .split(' ')
      .map((code, to) => ({ code, from: ORDER[from], to: ORDER[to] })),
  )
  .filter((cell): cell is Transition => cell.code !== '--' && cell.from !== undefined && cell.to !== undefined);

/** The code of a transition in §4.9's table, or null when it has none. */
export function transitionCode(from: ConnectorStatus, to: ConnectorStatus): string | null {
  return TRANSITIONS.find((transition) => transition.from === from && transition.to === to)?.code ?? null;
}

/** Statuses that a report may pass through without anything having happened in them. */
const PASSABLE: readonly ConnectorStatus[] = ['Available', 'Preparing', 'Finishing'];

/**
 * What to report, in order, so that each step is one of the table's: the state may jump (an authorisation is given up
 * because the connector becomes Unavailable: B1, then A8), the reports do not. Ends with `to`; empty when `from` is `to`.
 *
 * @param viaFinishing A cable is in, so an ended transaction passes Finishing even where the table has a shorter way (C8).
 */
export function statusWalk(from: ConnectorStatus, to: ConnectorStatus, viaFinishing: boolean): ConnectorStatus[] {
  if (from === to) return [];
  const endsTransaction = ['Charging', 'SuspendedEV', 'SuspendedEVSE'].includes(from);
  if (viaFinishing && endsTransaction && to === 'Unavailable') return ['Finishing', to];
  if (transitionCode(from, to) !== null) return [to];
  for (const middle of PASSABLE)
    if (transitionCode(from, middle) !== null && transitionCode(middle, to) !== null) return [middle, to];
  for (const first of PASSABLE)
    for (const second of PASSABLE)
      if (
        transitionCode(from, first) !== null &&
        transitionCode(first, second) !== null &&
        transitionCode(second, to) !== null
      )
        return [first, second, to];
  return [to];
}
