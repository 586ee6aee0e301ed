import { test } from 'uvu';
import { testJsonForm } from './jsonForm.js';

testJsonForm('Look', 'Change', 'Run', 'Shell');

test.run();
