import { CommanderError } from 'commander';
import { buildProgram } from './program.js';
import { report } from './report.js';

try {
  await buildProgram().parseAsync();
} catch (error) {
  // commander has printed its own message or the help text already.
  process.exitCode = error instanceof CommanderError ? (error.exitCode === 0 ? 0 : 2) : report(error);
}
