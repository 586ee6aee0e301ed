import { parseJson } from '../../store/json.js';
import type { Store } from '../../store/store.js';
import { audit } from '../audit.js';
import { ServiceError } from '../errors.js';
import type { SettingService, Settings } from '../services.js';

const RULES: { [K in keyof Settings]: { fits(value: unknown): boolean; must: string } } = {
  acceptUnknownStations: { fits: (value) => typeof value === 'boolean', must: 'true or false' },
  keepLocalLists: { fits: (value) => typeof value === 'boolean', must: 'true or false' },
  unsecuredStations: { fits: (value) => typeof value === 'boolean', must: 'true or false' },
  heartbeatIntervalS: {
    fits: (value) => Number.isInteger(value) && Number(value) >= 1 && Number(value) <= 86_400,
    must: 'a whole number of seconds from 1 to 86400',
  },
  messageRetentionDays: {
    fits: (value) => Number.isInteger(value) && Number(value) >= 1 && Number(value) <= 3650,
    must: 'a whole number of days from 1 to 3650',
  },
  driverPages: { fits: (value) => typeof value === 'boolean', must: 'true or false' },
  driverStart: {
    fits: (value) => value === 'nobody' || value === 'card' || value === 'anyone',
    must: 'nobody, card or anyone',
  },
  driverIdTag: {
    fits: (value) => typeof value === 'string' && value.length <= 20,
    must: 'a tag of at most 20 characters, or empty',
  },
  firebaseUid: {
    fits: (value) => value === 'masked' || value === 'hidden' || value === 'full',
    must: 'masked, hidden or full',
  },
  publicUrl: {
    fits: (value) => typeof value === 'string' && (value === '' || isOrigin(value)),
    must: 'like https://charge.example or http://192.168.1.20:8180, without a path; or empty',
  },
};

function isOrigin(text: string): boolean {
  return /^https?:\/\//.test(text) && URL.canParse(text) && new URL(text).origin === text;
}

/** Of settings that the start of the server does not set. */
export const DEFAULT_SETTINGS = {
  keepLocalLists: false,
  driverPages: true,
  driverStart: 'nobody',
  driverIdTag: '',
  firebaseUid: 'masked',
  publicUrl: '',
} as const;

/** Settings in memory, kept in the database once somebody changed them. */
export async function createSettingService(
  store: Store,
  initial: Settings,
  nowMs: () => number,
): Promise<SettingService> {
  const rows = await store.read.selectFrom('setting').selectAll().execute();
  const kept = Object.fromEntries(rows.filter((row) => row.key in RULES).map((row) => [row.key, parseJson(row.value)]));
  let current: Settings = { ...initial, ...kept };
  return {
    get: () => current,
    async update(changes, actor) {
      for (const [key, value] of Object.entries(changes)) {
        const rule = RULES[key as keyof Settings] as (typeof RULES)[keyof Settings] | undefined;
        if (rule === undefined)
          throw new ServiceError(
            'invalid_request',
            `There is no setting ${key}.`,
            `There are: ${Object.keys(RULES).join(', ')}.`,
          );
        if (!rule.fits(value))
          throw new ServiceError(
            'invalid_request',
            `${key} cannot be ${JSON.stringify(value)}.`,
            `It must be ${rule.must}.`,
          );
      }
      await store.write(async (db) => {
        for (const [key, value] of Object.entries(changes)) {
          const text = JSON.stringify(value);
          await db
            .insertInto('setting')
            .values({ key, value: text })
            .onConflict((conflict) => conflict.column('key').doUpdateSet({ value: text }))
            .execute();
        }
        await audit(db, { atMs: nowMs(), actor, action: 'settings.update', subject: 'settings', details: changes });
      });
      current = { ...current, ...changes };
      return current;
    },
  };
}
