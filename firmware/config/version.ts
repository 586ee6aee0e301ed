/** Version of the runtime; a test holds it equal to firmware/package.json. */
export const TAPWATT_VERSION = '0.1.0';
