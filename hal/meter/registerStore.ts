/** The energy register in its finest resolution. */
export interface RegisterValue {
  /** Whole mWh. */
  mWh: number;
  /** What is on top of that, in µJ: 0 to 3 599 999 (1 mWh = 3.6 J). */
  uJ: number;
}

/** Where the register survives a restart. */
export interface RegisterStore {
  /** @returns null when nothing was ever saved here. @throws HardwareError when something is there and none of it is readable. */
  load(): Promise<RegisterValue | null>;
  /** On stable storage once settled. Calls are carried out one after the other. */
  save(value: RegisterValue): Promise<void>;
  close(): Promise<void>;
}

/** For tests and for meters that keep their own register. */
export function createMemoryRegisterStore(initial: RegisterValue | null = null): RegisterStore {
  let stored = initial;
  return {
    async load() {
      return stored;
    },
    async save(value) {
      stored = { ...value };
    },
    async close() {},
  };
}
