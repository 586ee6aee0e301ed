#!/usr/bin/env -S node --max-semi-space-size=1
// The compiled command line. `npm run build` makes it; packages ship it. A young generation of 1 MB instead of up to
// 16: a charge point makes little garbage, and what is not collected stays resident (about 10 MB).
import '../dist/cli/main.js';
