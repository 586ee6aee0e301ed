import type { CardReader, Clock, DigitalInput, DigitalOutput } from '../interfaces.js';
import type { OpenPn532Transport } from './transport.js';

export interface CardReaderOptions {
  clock: Clock;
  /** `i2cTransport({ busNumber, address })`, or a simulated board's `openReaderTransport`. */
  openTransport: OpenPn532Transport;
  /** From the end of one look for a card to the beginning of the next; 150 to 300 ms. Default 250. */
  pollMs?: number;
  /** The chip's IRQ line (P70_IRQ), active low: fewer reads while the chip works. Optional. */
  irq?: DigitalInput | null;
  /** RSTPD_N, active (held in reset) when low. Optional, and the only cure for a chip that hangs. */
  resetLine?: DigitalOutput | null;
  /** How often an idle chip is asked whether it still lives; 30 to 60 s. Default 45 000. */
  healthCheckMs?: number;
  /** Hears of every retry and recovery step; for the debug log. */
  onDiagnostic?: (message: string) => void;
}

export function openCardReader(_options: CardReaderOptions): CardReader {
  throw new Error('follows');
}
