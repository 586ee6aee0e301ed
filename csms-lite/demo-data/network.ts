/** Who charges where in the demo: three habits that a person would recognise, and one connector that is ill. */

export interface DemoConnector {
  stationId: string;
  connectorId: number;
  maxPowerW: number;
  place: Place;
  /** Faults in a week, on average. */
  faultsPerWeek: number;
  /** Share of its sessions that bring nothing. */
  emptyShare: number;
}

type Place = 'office' | 'street' | 'motorway';

export interface DemoStation {
  id: string;
  displayName: string;
  model: string;
  place: Place;
  maxPowerW: number;
}

export const DEMO_STATIONS: readonly DemoStation[] = [
  { id: 'DEMO-1', displayName: 'Demo office 1', model: 'AC22', place: 'office', maxPowerW: 22_000 },
  { id: 'DEMO-2', displayName: 'Demo office 2', model: 'AC22', place: 'office', maxPowerW: 22_000 },
  { id: 'DEMO-3', displayName: 'Demo office 3', model: 'AC11', place: 'office', maxPowerW: 11_000 },
  { id: 'DEMO-4', displayName: 'Demo street', model: 'AC11', place: 'street', maxPowerW: 11_000 },
  { id: 'DEMO-5', displayName: 'Demo motorway', model: 'DC50', place: 'motorway', maxPowerW: 50_000 },
];

const CONNECTORS_EACH = 2;
/** What the anomaly ranking ought to find. */
export const ILL_CONNECTOR = { stationId: 'DEMO-3', connectorId: 2 } as const;

export const DEMO_CONNECTORS: readonly DemoConnector[] = DEMO_STATIONS.flatMap(({ id, maxPowerW, place }) =>
  Array.from({ length: CONNECTORS_EACH }, (_unused, index): DemoConnector => {
    const isIll = id === ILL_CONNECTOR.stationId && index + 1 === ILL_CONNECTOR.connectorId;
    return {
      stationId: id,
      connectorId: index + 1,
      maxPowerW,
      place,
      faultsPerWeek: isIll ? 4 : 0.05,
      emptyShare: isIll ? 0.35 : 0.01,
    };
  }),
);

/** How one group of drivers charges. Ranges are [from, to]; hours are those of this computer's zone. */
export interface Habit {
  idTagPrefix: string;
  drivers: number;
  place: Place;
  /** Chance that a driver comes, Sunday first as in `Date.getDay`. */
  chance: readonly [number, number, number, number, number, number, number];
  /** Mean and spread of the hour of arrival. */
  arrivalHour: readonly [number, number];
  stayHours: readonly [number, number];
  needWh: readonly [number, number];
  /** What the cars take at most, W. */
  carPowerW: readonly [number, number];
}

export const HABITS: readonly Habit[] = [
  {
    idTagPrefix: 'DEMOCOMMUTER',
    drivers: 18,
    place: 'office',
    chance: [0.01, 0.42, 0.45, 0.45, 0.42, 0.3, 0.02],
    arrivalHour: [8, 0.7],
    stayHours: [5, 9],
    needWh: [12_000, 30_000],
    carPowerW: [3700, 11_000],
  },
  {
    idTagPrefix: 'DEMORESIDENT',
    drivers: 9,
    place: 'street',
    chance: [0.28, 0.22, 0.22, 0.22, 0.22, 0.18, 0.2],
    arrivalHour: [19, 1.2],
    stayHours: [9, 13],
    needWh: [25_000, 48_000],
    carPowerW: [3700, 7400],
  },
  {
    idTagPrefix: 'DEMOTRAVEL',
    drivers: 16,
    place: 'motorway',
    chance: [0.36, 0.2, 0.16, 0.16, 0.2, 0.38, 0.32],
    arrivalHour: [14, 2.6],
    stayHours: [0.3, 0.9],
    needWh: [16_000, 42_000],
    carPowerW: [38_000, 50_000],
  },
];
