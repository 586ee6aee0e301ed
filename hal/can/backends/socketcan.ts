import type { CanBus, CanFrame, Clock, Timer } from '../../interfaces.js';
import { errorMessage } from '../../support/errors.js';
import { createListeners } from '../../support/listeners.js';
import { createBusStateKeeper } from '../busStateKeeper.js';
import { checkFrame } from '../frames.js';
import { type InterfaceState, interfaceState } from '../operstate.js';
import { createReconnect } from '../reconnect.js';

export interface SocketcanMessage {
  id: number;
  data: Buffer;
  ext?: boolean;
  rtr?: boolean;
  err?: boolean;
}

/** What of the addon's channel is used. */
export interface SocketcanChannel {
  addListener(event: 'onMessage', callback: (message: SocketcanMessage) => void): void;
  addListener(event: 'onStopped', callback: () => void): void;
  start(): void;
  stop(): void;
  /** Bytes written, or -1. */
  send(message: SocketcanMessage): number;
  setErrorFilters(mask: number): void;
  setRxFilters(filters: { id: number; mask: number }[]): void;
}

export interface SocketcanOptions {
  clock: Clock;
  interface: string;
  /** For tests. Default: the addon `socketcan`, loaded at the first attempt. */
  openChannel?: (name: string) => Promise<SocketcanChannel>;
  /** For tests. Default: what sysfs says. */
  checkInterface?: (name: string) => Promise<InterfaceState>;
}

const CHECK_MS = 1000;
const RETRY_MS = 5;
/** A frame that found the queue of the controller full for so long is late beyond use. */
const SEND_DEADLINE_MS = 1000;
const LONGEST_QUEUE = 64;
/** linux/can/error.h: all classes that a classic bus reports. */
const ERROR_CLASSES = 0x1ff;
const ERROR_BUS_OFF = 0x40;
const ERROR_RESTARTED = 0x100;
/** Data frames with 11-bit ids only: the EFF and RTR flags take part in the comparison. */
const STANDARD_DATA_FRAMES = { id: 0, mask: 0xc0000000 };

const BUS_OFF_FIX =
  'The controller saw too many errors: check bit rate, wiring and both 120 Ω terminators. It restarts by itself with `restart-ms 100`.';

async function openAddonChannel(name: string): Promise<SocketcanChannel> {
  const addon = await import('socketcan');
  return addon.default.createRawChannelWithOptions(name, { timestamps: false, non_block_send: true });
}

/** A CAN bus of the Linux kernel. Comes up, and comes up again, by itself. Main thread only. */
export function openSocketcan(options: SocketcanOptions): CanBus {
  const { clock, interface: name, openChannel = openAddonChannel, checkInterface = interfaceState } = options;
  const keeper = createBusStateKeeper();
  const frames = createListeners<CanFrame>();
  let channel: SocketcanChannel | null = null;
  let queue: { frame: CanFrame; deadlineMs: number }[] = [];
  let retry: Timer | null = null;
  let check: Timer | null = null;
  let closed = false;

  function drop(reason: string, fix: string): void {
    const dying = channel;
    channel = null;
    queue = [];
    // Not from within onStopped: a channel that stopped by itself is never stopped again (node-can#170).
    dying?.stop();
    if (closed) return;
    keeper.down(reason, fix);
    reconnect.schedule();
  }

  function handleError(errorClass: number): void {
    if (errorClass & ERROR_BUS_OFF) keeper.down(`${name} is bus-off`, BUS_OFF_FIX);
    else if (errorClass & ERROR_RESTARTED) keeper.up();
  }

  function handle(message: SocketcanMessage): void {
    if (message.err === true) handleError(message.id);
    if (message.err === true || message.ext === true || message.rtr === true) return;
    // Whoever hears frames is on the bus: also after a bus-off whose end was not announced.
    keeper.up();
    frames.emit({ id: message.id, data: Uint8Array.from(message.data) });
  }

  async function open(): Promise<void> {
    const state = await checkInterface(name);
    if (!state.usable) return drop(state.reason, state.fix);
    const opened = await openChannel(name);
    if (closed) return;
    opened.setErrorFilters(ERROR_CLASSES);
    opened.setRxFilters([STANDARD_DATA_FRAMES]);
    opened.addListener('onMessage', (message) => {
      if (channel === opened) handle(message);
    });
    opened.addListener('onStopped', () => {
      // Also called from within our own stop(), when the channel is not ours any more.
      if (channel !== opened) return;
      channel = null;
      drop(`${name} stopped`, `See \`dmesg | grep ${name}\` and \`ip -d link show ${name}\`.`);
    });
    opened.start();
    channel = opened;
    reconnect.succeeded();
    keeper.up();
  }

  function attempt(): void {
    open().catch((error: unknown) => {
      drop(
        `${name} cannot be opened: ${errorMessage(error)}`,
        'npm rebuild socketcan; as a service: AF_CAN in RestrictAddressFamilies.',
      );
    });
  }

  /** The addon tells of no link change: ask sysfs. */
  function watchLink(): void {
    check = clock.after(CHECK_MS, () => {
      const watched = channel;
      if (watched === null) return watchLink();
      checkInterface(name)
        .then((state) => {
          if (channel === watched && !state.usable) drop(state.reason, state.fix);
        })
        .catch((error: unknown) => drop(`${name} cannot be checked: ${errorMessage(error)}`, ''))
        .finally(() => {
          if (!closed) watchLink();
        });
    });
  }

  /** Whether the frame has left for the kernel. */
  function write(frame: CanFrame): boolean {
    // A copy: the addon writes time stamps into what it is given.
    return (channel?.send({ id: frame.id, data: Buffer.from(frame.data) }) ?? -1) >= 0;
  }

  function flush(): void {
    retry = null;
    const now = clock.monotonicMs();
    while (queue.length > 0) {
      const next = queue[0];
      if (next === undefined) break;
      if (next.deadlineMs > now && !write(next.frame)) break;
      queue.shift();
    }
    if (queue.length > 0) retry = clock.after(RETRY_MS, flush);
  }

  const reconnect = createReconnect(clock, attempt);
  attempt();
  watchLink();

  return {
    get busState() {
      return keeper.state;
    },
    send(frame) {
      checkFrame(frame);
      if (channel === null || keeper.state.state !== 'up' || closed) return;
      if (queue.length === LONGEST_QUEUE) queue.shift();
      queue.push({ frame, deadlineMs: clock.monotonicMs() + SEND_DEADLINE_MS });
      if (retry === null) flush();
    },
    onFrame: frames.add,
    onBusState: keeper.onBusState,
    async close() {
      if (closed) return;
      flush();
      closed = true;
      reconnect.stop();
      retry?.cancel();
      check?.cancel();
      drop('closed', '');
      frames.clear();
    },
  };
}
