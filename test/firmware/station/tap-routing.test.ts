import type { ConnectorSnapshot } from 'tapwatt/domain/records.js';
import { routeTap, type TapCandidate } from 'tapwatt/station/tapRouting.js';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

interface Look {
  status?: ConnectorSnapshot['status'];
  pluggedIn?: boolean | null;
  idTag?: string;
  parent?: string;
  waitingIdTag?: string;
  pluggedSinceMs?: number;
  claimed?: boolean;
  reservation?: TapCandidate['reservations'][number];
  lastSession?: TapCandidate['lastSession'];
}

function candidate(connectorId: number, look: Look = {}): TapCandidate {
  const { status = 'Available', pluggedIn = false, idTag, parent = null } = look;
  return {
    connectorId,
    pluggedSinceMs: look.pluggedSinceMs ?? null,
    claimed: look.claimed ?? false,
    reservations: look.reservation === undefined ? [] : [look.reservation],
    exclusive: look.reservation !== undefined,
    transactionParentIdTag: parent,
    lastSession: look.lastSession ?? null,
    snapshot: {
      connectorId,
      status,
      errorCode: 'NoError',
      info: null,
      vendorId: null,
      vendorErrorCode: null,
      pluggedIn,
      transaction:
        idTag === undefined
          ? null
          : {
              localId: `tx-${connectorId}`,
              idTag,
              parentIdTag: parent,
              startedAt: { wallMs: 0, monotonicMs: 0 },
              meterStartWh: 0,
              energyWh: 0,
              currentMa: 0,
              limitMa: 0,
            },
      waitingIdTag: look.waitingIdTag ?? null,
      waitingForTag: status === 'Preparing' && look.waitingIdTag === undefined && idTag === undefined,
      at: { wallMs: 0, monotonicMs: 0 },
    },
  };
}

const waiting = (since: number): Look => ({ status: 'Preparing', pluggedIn: true, pluggedSinceMs: since });
const charging = (idTag: string, parent?: string): Look => ({
  status: 'Charging',
  pluggedIn: true,
  idTag,
  ...(parent === undefined ? {} : { parent }),
});
const finishing = (idTag: string, kept = false): Look => ({
  status: 'Finishing',
  pluggedIn: true,
  lastSession: { idTag, parentIdTag: null, kept },
});
const reservedFor = (idTag: string, parentIdTag: string | null = null) => ({ reservationId: 7, idTag, parentIdTag });

const start = (connectorId: number, reservationId: number | null = null) => ({
  t: 'start',
  connectorId,
  reservationId,
});
const stop = (connectorId: number, sameCard = true) => ({
  t: 'stop',
  connectorId,
  localId: `tx-${connectorId}`,
  sameCard,
});

const TABLE: [string, Look[], object | string, (string | null)?][] = [
  ['one idle connector: start, wait for the cable', [{}], start(1)],
  ['no plug sensor: the tap alone', [{ pluggedIn: null }], start(1)],
  ['a cable waits', [waiting(5)], start(1)],
  ['the newest cable is meant', [waiting(5), waiting(9)], start(2)],
  ['a waiting cable before an idle connector', [{}, waiting(5)], start(2)],
  ['a waiting cable before the own session', [charging('ME'), waiting(5)], start(2)],
  ['own session: stop', [charging('ME')], stop(1)],
  ['own session, other spelling', [charging('me')], stop(1)],
  ['own session before an idle connector', [{}, charging('ME')], stop(2)],
  ['a stranger charges: refused', [charging('OTHER')], 'Busy', null],
  ['a stranger charges, group unknown and none there: refused without asking', [charging('OTHER')], 'Busy'],
  ['somebody of a group charges: look the tag up', [charging('OTHER', 'G')], { t: 'look-up' }],
  ['the same group: stop', [charging('OTHER', 'G')], stop(1, false), 'g'],
  ['another group: refused', [charging('OTHER', 'G')], 'Busy', 'H'],
  ['no group: refused', [charging('OTHER', 'G')], 'Busy', null],
  [
    'this card waits for the cable: give up',
    [{ status: 'Preparing', waitingIdTag: 'ME' }],
    { t: 'cancel', connectorId: 1 },
  ],
  ['another card waits for the cable', [{ status: 'Preparing', waitingIdTag: 'OTHER' }], 'Preparing'],
  ['two idle connectors: not clear', [{}, {}], 'Ambiguous'],
  ['one idle, one busy: the idle one', [charging('OTHER'), {}], start(2)],
  ['one idle, one out of service', [{ status: 'Unavailable' }, {}], start(2)],
  ['claimed by another card: not free', [{ claimed: true }, {}], start(2)],
  ['out of service', [{ status: 'Unavailable' }], 'Unavailable'],
  ['fault', [{ status: 'Faulted' }], 'Faulted'],
  ['no connector at all', [], 'NoConnector'],
  ['Finishing, a stranger: unplug first (errata 3.20)', [{ status: 'Finishing', pluggedIn: true }], 'UnplugFirst'],
  ['Finishing, the last session was of another', [finishing('OTHER')], 'UnplugFirst'],
  ['Finishing, own last session: begin again (F2)', [finishing('ME')], start(1)],
  [
    'Finishing, own cable was kept (errata 3.5): give it back',
    [finishing('ME', true)],
    { t: 'release', connectorId: 1 },
  ],
  ['an idle connector before beginning again', [finishing('ME'), {}], start(2)],
  ['reserved for this card', [{ status: 'Reserved', reservation: reservedFor('ME') }], start(1, 7)],
  [
    'reserved for this card, another connector idle',
    [{}, { status: 'Reserved', reservation: reservedFor('ME') }],
    start(2, 7),
  ],
  ['reserved for another', [{ status: 'Reserved', reservation: reservedFor('OTHER') }], 'Reserved'],
  [
    'reserved for a group: look the tag up',
    [{ status: 'Reserved', reservation: reservedFor('OTHER', 'G') }],
    { t: 'look-up' },
  ],
  ['reserved for this group', [{ status: 'Reserved', reservation: reservedFor('OTHER', 'G') }], start(1, 7), 'G'],
  ['reserved for another group', [{ status: 'Reserved', reservation: reservedFor('OTHER', 'G') }], 'Reserved', 'H'],
];

for (const [name, looks, expected, parent] of TABLE) {
  test(`Tap: ${name}`, () => {
    const candidates = looks.map((look, index) => candidate(index + 1, look));
    const meaning = routeTap({ idTag: 'ME', parentIdTag: parent }, candidates);
    if (typeof expected === 'string') {
      assert.is(meaning.t === 'refuse' ? meaning.refusal.reason : meaning.t, expected);
      if (meaning.t === 'refuse') assert.ok(meaning.refusal.hint.length > 10 && meaning.refusal.message.length > 5);
    } else assert.equal(meaning, expected);
  });
}

test.run();
