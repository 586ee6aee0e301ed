import type { DataTransferRequest, DataTransferResponse } from '@tapwatt/ocpp/v16';
import type { Outcome } from '../outgoing.js';

/** One vendor's extension: its messages by messageId; '' for requests without one. */
export interface Vendor {
  vendorId: string;
  messages: Readonly<
    Record<string, (data: string | undefined) => DataTransferResponse | Promise<DataTransferResponse>>
  >;
}

/** DataTransfer both ways (1.6 §4.3, §5.6). */
export interface VendorRegistry {
  add(vendor: Vendor): void;
  /** Answers a request of the central system. */
  answer(request: DataTransferRequest): Promise<DataTransferResponse>;
  /** Sends one to the central system; null when it could not be sent or was not answered with a status. */
  send(request: DataTransferRequest): Promise<DataTransferResponse | null>;
}

const STATUSES = ['Accepted', 'Rejected', 'UnknownMessageId', 'UnknownVendorId'] as const;

/** @param request sends a request of the charge point */
export function createVendorRegistry(
  request: (action: string, payload: DataTransferRequest) => Promise<Outcome>,
): VendorRegistry {
  const vendors = new Map<string, Vendor>();
  return {
    add(vendor) {
      vendors.set(vendor.vendorId.toLowerCase(), vendor);
    },
    async answer({ vendorId, messageId, data }) {
      const vendor = vendors.get(vendorId.toLowerCase());
      // "it SHALL return a status 'UnknownVendor' and the data element SHALL not be present"
      if (vendor === undefined) return { status: 'UnknownVendorId' };
      const handle = Object.entries(vendor.messages).find(([known]) => known === (messageId ?? ''))?.[1];
      return handle === undefined ? { status: 'UnknownMessageId' } : await handle(data);
    },
    async send(payload) {
      const outcome = await request('DataTransfer', payload);
      if (outcome.t !== 'answered') return null;
      const status = STATUSES.find((known) => known === Reflect.get(outcome.payload, 'status'));
      if (status === undefined) return null;
      const data: unknown = Reflect.get(outcome.payload, 'data');
      return { status, ...(typeof data === 'string' ? { data } : {}) };
    },
  };
}
