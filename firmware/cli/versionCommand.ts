import { release } from 'node:os';
import { TAPWATT_VERSION } from '../config/version.js';

/** `tapwatt version`: what a report of a fault should name. */
export function versionCommand(json: boolean): void {
  const versions = {
    tapwatt: TAPWATT_VERSION,
    node: process.versions.node,
    abi: process.versions.modules,
    arch: process.arch,
    kernel: release(),
  };
  const lines = Object.entries(versions).map(([name, value]) => `${name} ${value}`);
  console.log(json ? JSON.stringify(versions) : lines.join('\n'));
}
