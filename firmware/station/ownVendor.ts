import type { DataTransferRequest } from '@tapwatt/ocpp/v16';
import type { Vendor } from '../ocpp/v16/vendors.js';
import type { DomainEvent } from '../threads/messages.js';

/** What DataTransfer with our own vendorId answers. Data are JSON texts. */
export function ownVendor(from: {
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

const VENDOR_ID = 'Tapwatt';
const DEFAULT_EVENTS = 20;
const MOST_EVENTS = 500;
