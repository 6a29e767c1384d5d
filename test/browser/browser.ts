import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const paths = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** A browser of this machine, of CHROMIUM or where Debian and others put it; undefined where there is none. */
export const executable = [process.env['CHROMIUM'] ?? '', ...paths].find((path) => existsSync(path));

// Its sandbox does not start for root.
export const launch = (): Promise<Browser> =>
  chromium.launch({ executablePath: executable!, args: process.getuid?.() === 0 ? ['--no-sandbox'] : [] });
