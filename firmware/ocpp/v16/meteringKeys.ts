import { COUNT, INTEGER_MAXIMUM, type KeyRow, type KeyType, SECONDS } from './keyDefinition.js';
import { MEASURAND_LIST_MAXIMUM, normalMeasurand } from './measurands.js';
import { STOP_TRANSACTION_MAX_METER_VALUES } from './translate/transactionMessages.js';

/** The Core keys that say what is measured when, and where it goes: OCPP 1.6 §3.16, §9.1.5, §9.1.15 to 9.1.19, §9.1.25 to 9.1.28. */

const MEASURANDS: KeyType = { kind: 'list', maximumItems: MEASURAND_LIST_MAXIMUM, item: normalMeasurand };

function measurandList(name: string, section: string, lengthSection: string, initial: string, where: string): KeyRow[] {
  return [
    {
      name,
      section,
      required: true,
      access: 'RW',
      type: MEASURANDS,
      unit: null,
      initial: () => initial,
      effect: 'meter-values',
      description: `Measurands of ${where}, for example Energy.Active.Import.Register,Voltage.L1.`,
    },
    {
      name: `${name}MaxLength`,
      section: lengthSection,
      required: false,
      access: 'R',
      type: COUNT(0, INTEGER_MAXIMUM),
      unit: 'items',
      initial: () => String(MEASURAND_LIST_MAXIMUM),
      effect: 'none',
      description: `Longest ${name} list.`,
    },
  ];
}

export const METERING_KEYS: readonly KeyRow[] = [
  {
    name: 'ClockAlignedDataInterval',
    section: '9.1.5, errata 3.76',
    required: true,
    access: 'RW',
    type: COUNT(0, 86_400),
    unit: 'seconds',
    initial: () => '0',
    effect: 'connectors',
    description: 'Distance of clock-aligned samples, counted from midnight UTC; 0 switches them off.',
  },
  {
    name: 'MeterValueSampleInterval',
    section: '9.1.19',
    required: true,
    access: 'RW',
    type: SECONDS,
    unit: 'seconds',
    initial: () => '60',
    effect: 'connectors',
    description: 'Distance of samples during a transaction; 0 switches them off.',
  },
  ...measurandList(
    'MeterValuesAlignedData',
    '9.1.15',
    '9.1.16',
    'Energy.Active.Import.Register',
    'clock-aligned MeterValues',
  ),
  ...measurandList(
    'MeterValuesSampledData',
    '9.1.17',
    '9.1.18',
    'Energy.Active.Import.Register',
    'sampled MeterValues',
  ),
  {
    name: 'StopTransactionMaxMeterValues',
    section: 'errata 3.91',
    required: false,
    access: 'R',
    type: COUNT(2, INTEGER_MAXIMUM),
    unit: 'meter values',
    initial: () => String(STOP_TRANSACTION_MAX_METER_VALUES),
    effect: 'none',
    description: "Most meter values in StopTransaction's transactionData; of more, those between are thinned evenly.",
  },
  ...measurandList('StopTxnAlignedData', '9.1.25', '9.1.26', '', "StopTransaction's clock-aligned transactionData"),
  ...measurandList('StopTxnSampledData', '9.1.27', '9.1.28', '', "StopTransaction's sampled transactionData"),
];
