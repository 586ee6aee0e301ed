// The parts of the native addons that we use. Declared here because they are optional: a laptop builds without them.

declare module 'i2c-bus' {
  interface PromisifiedBus {
    i2cRead(address: number, length: number, buffer: Buffer): Promise<{ bytesRead: number; buffer: Buffer }>;
    i2cWrite(address: number, length: number, buffer: Buffer): Promise<{ bytesWritten: number; buffer: Buffer }>;
    close(): Promise<void>;
  }
  const i2c: { openPromisified(busNumber: number): Promise<PromisifiedBus> };
  export default i2c;
}

declare module 'onoff' {
  type Bit = 0 | 1;
  class Gpio {
    constructor(
      line: number,
      direction: 'in' | 'high' | 'low',
      edge?: 'none' | 'both',
      options?: { debounceTimeout?: number; activeLow?: boolean; reconfigureDirection?: boolean },
    );
    readSync(): Bit;
    writeSync(value: Bit): void;
    watch(callback: (error: Error | null | undefined, value: Bit) => void): void;
    unexport(): void;
  }
  const onoff: { Gpio: typeof Gpio };
  export default onoff;
}

declare module 'pigpio' {
  class Gpio {
    constructor(pin: number, options: { mode: number });
    hardwarePwmWrite(frequencyHz: number, dutyMillionths: number): Gpio;
    static readonly OUTPUT: number;
  }
  const pigpio: { Gpio: typeof Gpio; terminate(): void };
  export default pigpio;
}

declare module 'socketcan' {
  interface Message {
    id: number;
    data: Buffer;
    ext?: boolean;
    rtr?: boolean;
    err?: boolean;
  }
  interface RawChannel {
    addListener(event: 'onMessage', callback: (message: Message) => void): void;
    addListener(event: 'onStopped', callback: () => void): void;
    start(): void;
    stop(): void;
    /** Bytes written, or -1; the addon's own declaration says void. */
    send(message: Message): number;
    setErrorFilters(mask: number): void;
    setRxFilters(filters: { id: number; mask: number }[]): void;
  }
  const socketcan: {
    createRawChannelWithOptions(
      name: string,
      options: { timestamps?: boolean; protocol?: number; non_block_send?: boolean },
    ): RawChannel;
  };
  export default socketcan;
}
