import { CommanderError } from 'commander';
import { EXIT, explainFailure } from './exitCodes.js';
import { buildProgram } from './program.js';
import { createStyle } from './style.js';

// A reader that goes away (`tapwatt status --watch | head`) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(EXIT.ok);
  throw error;
});

const wantsJson = process.argv.includes('--json');
const program = buildProgram();
try {
  if (process.argv.length <= 2) program.help();
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    // commander has said what is wrong; help and version are no mistakes.
    process.exitCode = error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  } else {
    const { status, message, hint } = explainFailure(error);
    const style = createStyle(Boolean(process.stderr.isTTY), process.env);
    if (wantsJson) console.log(JSON.stringify({ error: { status, message, hint } }));
    else {
      console.error(`${style.red('✗')} ${message}`);
      if (hint !== null) console.error(`  ${style.dim('→')} ${hint}`);
    }
    process.exit(status);
  }
}
