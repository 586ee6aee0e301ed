/** Security rules of the Realtime Database: one charger can be read by everybody who knows its id; nothing else, and nothing
 * can be written. csms-lite's service account is not asked by rules. */
export const DATABASE_RULES = {
  rules: {
    '.read': false,
    '.write': false,
    chargers: { $chargePointId: { '.read': true } },
  },
} as const;
