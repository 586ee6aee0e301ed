/**
 * What the rest of the charge point knows of the hardware. Nothing here speaks OCPP.
 *
 * Every listener registration answers with the function that takes it back. No implementation throws from a
 * listener's caller; bad hardware shows as health, not as an exception.
 */

/** Takes a listener back. Calling it twice does no harm. */
export type Unsubscribe = () => void;

/** A timer that can be cancelled; cancelling it twice does no harm. */
export interface Timer {
  cancel(): void;
}

/** Time as a parameter, so that tests can own it. */
export interface Clock {
  /** Milliseconds since the Unix epoch by the system clock. It may jump, and on a Pi without RTC may be wrong by years. */
  wallMs(): number;
  /** Milliseconds by CLOCK_MONOTONIC: the same scale in every thread and process until the machine reboots. Never jumps. */
  monotonicMs(): number;
  /** Runs `action` once after `delayMs` of monotonic time. */
  after(delayMs: number, action: () => void): Timer;
}

/** How a part is doing. `since` is monotonic. */
export type Health =
  | { state: 'starting'; sinceMs: number }
  | { state: 'ok'; sinceMs: number }
  | { state: 'failed'; sinceMs: number; reason: string; fix: string };

/** What a probe of a backend found. `fix` is what a technician should type or do; empty when usable. */
export interface Capability {
  id: string;
  usable: boolean;
  reason: string;
  fix: string;
}

/** A card held to the reader. */
export interface CardTap {
  /** UID as upper-case hex without separators: 8, 14 or 20 digits (4, 7 or 10 bytes). */
  uid: string;
  /** True for a 4-byte UID beginning with 08: it is made up anew at every tap (phones, some bank cards). */
  randomUid: boolean;
  /** Clock.monotonicMs when the driver saw the card. */
  seenAtMs: number;
}

export interface CardReader {
  readonly health: Health;
  /** Begins to poll. Never throws because a reader is missing: health says so and the driver goes on trying. */
  start(): void;
  /** One call per card presentation; a card left on the reader taps once. */
  onTap(listener: (tap: CardTap) => void): Unsubscribe;
  onHealth(listener: (health: Health) => void): Unsubscribe;
  /** Ends polling and releases the bus within about a second. */
  close(): Promise<void>;
}

/** A classic CAN data frame: 11-bit id, 0 to 8 bytes. */
export interface CanFrame {
  id: number;
  data: Uint8Array;
}

export type CanBusState = { state: 'up' } | { state: 'down'; reason: string; fix: string };

export interface CanBus {
  readonly busState: CanBusState;
  /** Queues a frame. A frame sent while the bus is down is dropped: drivers send again after `up`. */
  send(frame: CanFrame): void;
  /** Frames of other nodes, never our own. */
  onFrame(listener: (frame: CanFrame) => void): Unsubscribe;
  onBusState(listener: (state: CanBusState) => void): Unsubscribe;
  close(): Promise<void>;
}

/** The charger's power electronics behind CAN: 0x200 start, 0x201 stop, 0x210 limit, 0x300 current each second. */
export interface PowerModule {
  /** `failed` after 3 s without 0x300 or while the bus is down. */
  readonly health: Health;
  /** Last reported current per phase in mA; null while nothing was heard for 3 s. */
  readonly currentMa: number | null;
  /** Sets the limit, then starts. Sent again after a reconnect for as long as `stop` was not called. */
  start(limitMa: number): void;
  /** Changes the limit of a running module at once. */
  setLimit(limitMa: number): void;
  /** Sends STOP, always, whether or not it was started. */
  stop(): void;
  onCurrent(listener: (currentMa: number) => void): Unsubscribe;
  onHealth(listener: (health: Health) => void): Unsubscribe;
  close(): Promise<void>;
}

/** One look at the meter. The register is monotonic for the life of the meter, never reset per transaction. */
export interface MeterReading {
  /** Energy register in Wh, rounded down. */
  energyWh: number;
  /** Active power over all phases. */
  powerW: number;
  /** Current in each phase, in mA; length is the number of phases in use. */
  currentMa: number[];
  /** Phase to neutral, in V; same length. */
  voltageV: number[];
  /** Of the power electronics, where it is measured. */
  temperatureC: number | null;
  /** Of the car, where it is known. */
  socPercent: number | null;
}

export interface EnergyMeter {
  /** The register and the momentary values, now. */
  read(): MeterReading;
  /** Lifts the register to at least `energyWh` (the journal's last checkpoint, after a register file was lost). Never lowers it. */
  raiseTo(energyWh: number): void;
  /** Writes the register to its store now. */
  persist(): void;
  close(): Promise<void>;
}

/** A relay, a lock, an LED: `true` is active whatever the wiring's polarity. */
export interface DigitalOutput {
  readonly value: boolean;
  write(active: boolean): void;
  /** Switches off, then releases the line. */
  close(): Promise<void>;
}

export interface DigitalInput {
  read(): boolean;
  /** Debounced changes. */
  onChange(listener: (active: boolean) => void): Unsubscribe;
  close(): Promise<void>;
}

export interface Pwm {
  /** @param frequencyHz 1 Hz to 100 kHz. @param duty 0 to 1. */
  set(frequencyHz: number, duty: number): void;
  off(): void;
  close(): Promise<void>;
}
