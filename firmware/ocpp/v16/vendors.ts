import type { DataTransferRequest, DataTransferResponse } from '@tapwatt/ocpp/v16';

/** One vendor's extension: its messages by messageId; '' for requests without one. */
export interface Vendor {
  vendorId: string;
  messages: Readonly<
    Record<string, (data: string | undefined) => DataTransferResponse | Promise<DataTransferResponse>>
  >;
}

/** Who answers DataTransfer (1.6 §4.3, §5.6). */
export interface VendorRegistry {
  add(vendor: Vendor): void;
  answer(request: DataTransferRequest): Promise<DataTransferResponse>;
}

export function createVendorRegistry(): VendorRegistry {
  const vendors = new Map<string, Vendor>();
  return {
    add(vendor) {
      vendors.set(vendor.vendorId.toLowerCase(), vendor);
    },
    async answer(request) {
      const vendor = vendors.get(request.vendorId.toLowerCase());
      // "it SHALL return a status 'UnknownVendor' and the data element SHALL not be present"
      if (vendor === undefined) return { status: 'UnknownVendorId' };
      const handle = Object.entries(vendor.messages).find(
        ([messageId]) => messageId === (request.messageId ?? ''),
      )?.[1];
      return handle === undefined ? { status: 'UnknownMessageId' } : await handle(request.data);
    },
  };
}
