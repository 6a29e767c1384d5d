#!/usr/bin/env node
import { endOnSignals, main } from '../dist/cli.js';

endOnSignals(process);
process.exitCode = await main(process.argv.slice(2), process);
