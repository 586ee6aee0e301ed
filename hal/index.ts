export {
  decodePowerModuleMessage,
  encodePowerModuleMessage,
  type PowerModuleAddress,
  type PowerModuleMessage,
} from './can/frames.js';
export { createMemoryCanNetwork, type MemoryCanNetwork } from './can/memory.js';
export { type CanBusOptions, openCanBus } from './can/open.js';
export { createPowerModule, type PowerModuleOptions } from './can/powerModule.js';
export { type SocketcandHub, type SocketcandHubOptions, startSocketcandHub } from './can/socketcand/hub.js';
export { createSystemClock } from './clock.js';
export { createLock, type Lock, type LockOptions } from './gpio/lock.js';
export { createMemoryInput, createMemoryOutput, type MemoryInput } from './gpio/memory.js';
export { type ObservedOutput, observeOutput } from './gpio/observed.js';
export {
  type DigitalInputOptions,
  type DigitalOutputOptions,
  openDigitalInput,
  openDigitalOutput,
  openPwm,
  type PwmOptions,
} from './gpio/open.js';
export { assertDistinctPins, type PinRole } from './gpio/pins.js';
export type * from './interfaces.js';
export { createEnergyMeter, type EnergyMeterOptions, type IntegratingMeter } from './meter/energyMeter.js';
export { createFileRegisterStore } from './meter/fileStore.js';
export { createMemoryRegisterStore, type RegisterStore, type RegisterValue } from './meter/registerStore.js';
export { type I2cTransportOptions, i2cTransport } from './pn532/backends/i2cBus.js';
export { type CardReaderOptions, openCardReader } from './pn532/reader.js';
export type { OpenPn532Transport, Pn532Transport } from './pn532/transport.js';
export { type ProbeOptions, probeHardware } from './probe.js';
export { HardwareError } from './support/errors.js';
