// Writes the tables of messages and configuration keys in firmware/ocpp/README.md anew, from the compiled code.
//
//   npx tsc -b firmware && node scripts/generate-ocpp-readme.mjs
//
// A test (test/firmware/ocpp/readme.test.ts) holds the file in step.
import { readFileSync, writeFileSync } from 'node:fs';
import { withTables } from '../firmware/dist/ocpp/v16/document.js';

const file = new URL('../firmware/ocpp/README.md', import.meta.url);
writeFileSync(file, withTables(readFileSync(file, 'utf8')));
