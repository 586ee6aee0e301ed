import type { Random } from '../../support/random.js';

/** One second of a connector, as it truly is. */
export interface Second {
  currentMa: number;
  /** Of the charging profiles and the hardware. */
  limitMa: number;
  /** A transaction runs. */
  session: boolean;
  /** The power is on: a limit below 6 A switches it off within the transaction. */
  powerOn: boolean;
  /** The power module reports. */
  reporting: boolean;
}

export type Fault = 'oscillation' | 'runaway' | 'stuck-on' | 'silence' | 'drift above' | 'drift below';
export const FAULTS: readonly Fault[] = ['oscillation', 'runaway', 'stuck-on', 'silence', 'drift above', 'drift below'];

export interface Session {
  seconds: Second[];
  /** When the injected fault began; null in a normal session. */
  faultAtS: number | null;
}

const MINIMUM_MA = 6000;
const IDLE_S = 120;
const FAULT_S = 900;

/** What a car wants, second by second: its own maximum, pauses, the taper near full, topping up afterwards. */
function demand(random: Random, durationS: number, maximumMa: number): number[] {
  const ownMa = random.integer(8000, Math.round(maximumMa * 1.2));
  const fullAtS = random.next() < 0.5 ? random.integer(Math.floor(durationS / 3), durationS) : durationS;
  const taperS = random.integer(300, 2400);
  const wanted = Array.from({ length: durationS }, (_, s) => {
    if (s < fullAtS) return ownMa;
    const taperedMa = ownMa * Math.exp((fullAtS - s) / taperS);
    return taperedMa < 2000 ? 0 : taperedMa;
  });
  const pauses = random.integer(0, Math.ceil(durationS / 1800));
  for (let n = 0; n < pauses; n += 1) {
    const from = random.integer(0, durationS - 1);
    wanted.fill(0, from, from + random.integer(20, 600));
  }
  // Some cars wake up now and then when they are full: heating, balancing.
  if (random.next() < 0.3) {
    const everyS = random.integer(120, 900);
    for (let s = fullAtS; s < durationS; s += everyS) wanted.fill(10_000, s, s + random.integer(15, 60));
  }
  return wanted;
}

/** What is allowed: nothing but the hardware's limit, a plan of a few steps, or the surplus of a roof every half minute. */
function limits(random: Random, durationS: number, maximumMa: number): number[] {
  const allowed = Array.from({ length: durationS }, () => maximumMa);
  const kind = random.pick(['none', 'plan', 'plan', 'surplus'] as const);
  if (kind === 'none') return allowed;
  let limitMa = maximumMa;
  for (let s = 0; s < durationS; ) {
    const stepS = kind === 'plan' ? random.integer(60, 1800) : 30;
    allowed.fill(limitMa, s, s + stepS);
    s += stepS;
    const next = kind === 'plan' ? random.integer(0, maximumMa / 1000) * 1000 : limitMa + random.integer(-3, 3) * 1000;
    limitMa = Math.min(maximumMa, Math.max(0, next));
  }
  return allowed;
}

/** How the current goes to where it is wanted, one second at a time. */
function ramp(random: Random): (currentMa: number, targetMa: number) => number {
  // The simulated power module, and cars that ramp in A/s.
  if (random.next() < 0.5) return (currentMa, targetMa) => currentMa + (targetMa - currentMa) * 0.2;
  const stepMa = random.integer(2, 20) * 1000;
  return (currentMa, targetMa) => currentMa + Math.max(-stepMa, Math.min(stepMa, targetMa - currentMa));
}

/** A session of 10 min to 4 h and the two minutes after it; with `fault`, the fault comes in the middle and stays. */
export function makeSession(random: Random, fault: Fault | null): Session {
  const maximumMa = random.pick([10, 13, 16, 16, 20, 25, 32, 32, 63]) * 1000;
  const durationS = fault === null ? random.integer(600, 14_400) : random.integer(600, 1800) + FAULT_S;
  const faultAtS = fault === null ? null : fault === 'stuck-on' ? durationS : durationS - FAULT_S;
  const wanted = demand(random, durationS, maximumMa);
  const allowed = limits(random, durationS, maximumMa);
  if (faultAtS !== null) prepare(random, fault, { wanted, allowed, maximumMa, faultAtS });
  const towards = ramp(random);
  const hasContactor = random.next() < 0.8;
  const reactionS = random.integer(0, 5);
  // Cars take a little less than they may.
  const shortfallMa = random.integer(0, 900);
  const periodS = random.integer(6, 20);
  const low = random.next() * 0.4;
  const excess = 1.25 + random.next() * 0.35;
  const gain = 1.075 + random.next() * 0.015;
  const seconds: Second[] = [];
  let currentMa = 0;
  for (let s = 0; s < durationS + IDLE_S + (fault === 'stuck-on' ? FAULT_S : 0); s += 1) {
    const session = s < durationS;
    const limitMa = session ? (allowed[s] ?? maximumMa) : maximumMa;
    const powerOn = session && limitMa >= MINIMUM_MA;
    const faulty = faultAtS !== null && s >= faultAtS;
    const seenLimitMa = allowed[Math.max(0, s - reactionS)] ?? maximumMa;
    const offeredMa = seenLimitMa < MINIMUM_MA ? 0 : Math.max(0, seenLimitMa - shortfallMa);
    let targetMa = powerOn ? Math.min(offeredMa, wanted[s] ?? 0) : 0;
    if (faulty) {
      if (fault === 'oscillation' && Math.floor((s * 2) / periodS) % 2 === 1) targetMa *= low;
      if (fault === 'runaway') targetMa = Math.max(limitMa * excess, limitMa + 3500);
      if (fault === 'stuck-on') targetMa = Math.max(MINIMUM_MA, currentMa);
      if (fault === 'drift above') targetMa = limitMa * gain;
      if (fault === 'drift below') targetMa = limitMa * 0.75;
    }
    const cut = !powerOn && hasContactor && !(faulty && fault === 'stuck-on');
    currentMa = cut ? 0 : towards(currentMa, targetMa);
    if (Math.abs(targetMa - currentMa) < 50) currentMa = targetMa;
    seconds.push({ currentMa, limitMa, session, powerOn, reporting: !(faulty && fault === 'silence') });
  }
  return { seconds, faultAtS };
}

/** A fault can only be seen where current flows and, for what is below the limit, where the limit moves. */
function prepare(
  random: Random,
  fault: Fault | null,
  plan: { wanted: number[]; allowed: number[]; maximumMa: number; faultAtS: number },
): void {
  const { wanted, allowed, maximumMa, faultAtS } = plan;
  const fromS = Math.max(0, faultAtS - 300);
  wanted.fill(maximumMa, fromS);
  allowed.fill(fault === 'drift above' ? Math.max(16_000, maximumMa) : maximumMa, fromS);
  if (fault !== 'drift below') return;
  let high = true;
  for (let s = fromS; s < allowed.length; high = !high) {
    const stepS = random.integer(120, 240);
    allowed.fill(high ? Math.max(20_000, maximumMa) : 12_000, s, s + stepS);
    s += stepS;
  }
  wanted.fill(100_000, fromS);
}
