import { test } from 'uvu';
import { testJsonForm } from './jsonForm.js';

testJsonForm('Set up', 'Hardware', 'Simulated hardware');

test.run();
