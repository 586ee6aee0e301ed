// Values that do not fit together or the disk, against the real process: 78, one message with file, line and fix.
import { test } from 'uvu';
import { checkRefused, disposeMistakes, VALUE_MISTAKES } from './mistakes.js';

test.after(disposeMistakes);

for (const mistake of VALUE_MISTAKES) test(`refused with 78: ${mistake.what}`, () => checkRefused(mistake));

test.run();
