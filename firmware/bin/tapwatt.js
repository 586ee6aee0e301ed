#!/usr/bin/env node
// The compiled command line. `npm run build` makes it; packages ship it.
import '../dist/cli/main.js';
