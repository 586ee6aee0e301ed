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
let complaint = '';
const program = buildProgram({
  onComplaint(text) {
    complaint += text;
    if (!wantsJson) process.stderr.write(text);
  },
});
try {
  if (process.argv.length <= 2) program.help();
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof CommanderError)) end(explainFailure(error, process.argv.slice(2)));
  // commander has said what is wrong; help and version are no mistakes.
  else if (error.exitCode === 0) process.exitCode = EXIT.ok;
  else if (!wantsJson) process.exitCode = EXIT.usage;
  else {
    const said = complaint.split('\n')[0]?.replace(/^error: /, '') ?? '';
    // A group without a command prints its help instead of a complaint.
    const message = said === '' || said.startsWith('Usage:') ? 'a command is missing' : said;
    end({ status: EXIT.usage, message, hint: 'tapwatt help' });
  }
}

function end({ status, message, hint }: { status: number; message: string; hint: string | null }): never {
  if (wantsJson) console.log(JSON.stringify({ error: { status, message, hint } }));
  else {
    const style = createStyle(Boolean(process.stderr.isTTY), process.env);
    console.error(`${style.red('✗')} ${message}`);
    if (hint !== null) console.error(`  ${style.dim('→')} ${hint}`);
  }
  process.exit(status);
}
