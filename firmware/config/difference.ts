import type { ChargePointConfig } from './config.js';
import { schemaOf } from './explain.js';
import { formatPath } from './problems.js';
import { isRecord, type Path } from './schemaWalk.js';

/** What a new configuration changes: what can take effect at once, and what waits for a restart. */
export interface ConfigDifference {
  live: string[];
  needsRestart: string[];
}

/** Compares two valid configurations leaf by leaf. */
export function difference(before: ChargePointConfig, after: ChargePointConfig): ConfigDifference {
  const result: ConfigDifference = { live: [], needsRestart: [] };
  collect(before, after, [], result);
  return result;
}

function collect(before: unknown, after: unknown, path: Path, result: ConfigDifference): void {
  if (JSON.stringify(before) === JSON.stringify(after)) return;
  if (isRecord(before) && isRecord(after)) {
    for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
      collect(before[key], after[key], [...path, key], result);
    }
    return;
  }
  if (Array.isArray(before) && Array.isArray(after) && before.length === after.length) {
    before.forEach((item, index) => {
      collect(item, after[index], [...path, index], result);
    });
    return;
  }
  // Only a leaf that the schema knows and does not mark can change while the process runs.
  const live = path.length > 0 && schemaOf(path).type !== undefined && !restartNeeded(path);
  (live ? result.live : result.needsRestart).push(formatPath(path));
}

function restartNeeded(path: Path): boolean {
  const schema = schemaOf(path);
  const composite = schema.type === 'object' || schema.type === 'array';
  return schema.requiresRestart === true || composite || typeof path.at(-1) === 'number';
}
