/** How a connector's OCPP status looks and reads. The tone is a CSS class; the text always stands beside it. */
export type Tone = 'live' | 'ready' | 'wait' | 'hold' | 'fault' | 'off';

export interface StatusLook {
  text: string;
  tone: Tone;
  /** An outlined dot: nothing flows. */
  hollow: boolean;
}

const LOOKS: Record<string, StatusLook> = {
  Available: { text: 'Available', tone: 'ready', hollow: true },
  Preparing: { text: 'Preparing', tone: 'wait', hollow: true },
  Charging: { text: 'Charging', tone: 'live', hollow: false },
  SuspendedEV: { text: 'Paused by the car', tone: 'wait', hollow: false },
  SuspendedEVSE: { text: 'Paused by the charger', tone: 'wait', hollow: false },
  Finishing: { text: 'Finishing', tone: 'ready', hollow: false },
  Reserved: { text: 'Reserved', tone: 'hold', hollow: true },
  Unavailable: { text: 'Unavailable', tone: 'off', hollow: true },
  Faulted: { text: 'Faulted', tone: 'fault', hollow: false },
  Occupied: { text: 'Occupied', tone: 'wait', hollow: false },
};

export function statusLook(status: string): StatusLook {
  return LOOKS[status] ?? { text: status, tone: 'off', hollow: true };
}
