// In the guest: a power module on vcan0, hal's simulated one, behind the real relay (testboard's GPIO 17).
import { readFileSync } from 'node:fs';
import {
  createMemoryOutput,
  createSystemClock,
  observeOutput,
  openCanBus,
} from '/usr/lib/tapwatt/node_modules/@tapwatt/hal/dist/index.js';
import { createSimulatedPowerModule } from '/usr/lib/tapwatt/node_modules/@tapwatt/hal/dist/simulated/index.js';

const clock = createSystemClock();
const contactor = observeOutput(createMemoryOutput());
setInterval(() => contactor.write(readFileSync('/sys/kernel/testboard/gpio17', 'utf8').trim() === '1'), 50);
createSimulatedPowerModule({
  clock,
  bus: openCanBus({ kind: 'socketcan', clock, interface: 'vcan0' }),
  contactor,
  demandMa: (offered) => (offered ? 16_000 : 0),
  phases: () => 1,
  voltageV: 230,
  idOffset: 0,
  currentScaleMa: 1000,
});
console.log('power module on vcan0');
