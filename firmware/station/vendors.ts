import type { DataTransferRequest } from '@tapwatt/ocpp/v16';
import { VENDOR_ID } from '../anomaly/stuckOnFault.js';
import type { Outcome } from '../ocpp/outgoing.js';
import { createVendorRegistry, type Vendor, type VendorRegistry } from '../ocpp/v16/vendors.js';
import type { DomainEvent } from '../threads/messages.js';
import type { Core } from './core.js';

export interface VendorsOptions extends Pick<Core, 'clock' | 'journal' | 'failed'> {
  firmwareVersion: string;
  /** Sends a request to the central system. */
  request: (action: string, payload: object) => Promise<Outcome>;
}

/** Who answers DataTransfer here: our own vendor; others are added to it. */
export function createVendors({ clock, journal, failed, firmwareVersion, request }: VendorsOptions): VendorRegistry {
  const startedMs = clock.monotonicMs();
  const vendors = createVendorRegistry(request);
  vendors.add(
    ownVendor({
      firmwareVersion,
      uptimeS: () => (clock.monotonicMs() - startedMs) / 1000,
      events: (limit) => journal.events.list(limit),
      send: (message) => void vendors.send(message).catch((error: unknown) => failed(error, 'DataTransfer')),
    }),
  );
  return vendors;
}

/** What DataTransfer with our own vendorId answers. Data are JSON texts. */
function ownVendor(from: {
  firmwareVersion: string;
  uptimeS: () => number;
  events: (limit: number) => DomainEvent[];
  /** DataTransfer to the central system. */
  send: (request: DataTransferRequest) => void;
}): Vendor {
  return {
    vendorId: VENDOR_ID,
    messages: {
      Version: () => ({
        status: 'Accepted',
        data: JSON.stringify({ firmwareVersion: from.firmwareVersion, uptimeS: Math.floor(from.uptimeS()) }),
      }),
      /** Tries the way back: the same data come as a DataTransfer `Pong` of the charge point. */
      Ping: (data) => {
        from.send({ vendorId: VENDOR_ID, messageId: 'Pong', ...(data === undefined ? {} : { data }) });
        return { status: 'Accepted' };
      },
      /** The newest events, as `tapwatt logs` shows them; data: how many (20). */
      Events: (data) => {
        const wanted = data === undefined || data === '' ? DEFAULT_EVENTS : Number(data);
        if (!Number.isInteger(wanted) || wanted < 1 || wanted > MOST_EVENTS) return { status: 'Rejected' };
        return { status: 'Accepted', data: JSON.stringify(from.events(wanted)) };
      },
    },
  };
}

const DEFAULT_EVENTS = 20;
const MOST_EVENTS = 500;
