import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fixture, run } from '../../support/terminal.js';

let folder = '';

beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'fisher-audit-baseline-'))));

afterAll(() => rmSync(folder, { recursive: true }));

describe('--update-baseline', () => {
  const audit = (path: string) => run([fixture('iris'), '--inputs', '8', '--baseline', path, '--update-baseline']);

  it('writes a new file, and replaces a baseline', async () => {
    const path = join(folder, 'baseline.json');
    expect((await audit(path)).status).toBe(0);
    const written = readFileSync(path, 'utf8');
    expect((await audit(path)).status).toBe(0);
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual(JSON.parse(written));
  });

  it.each(['#!/bin/sh\n', '{"a": 1}'])('leaves any other file alone: %j', async (text) => {
    const path = join(folder, 'other');
    writeFileSync(path, text);
    const { status, stderr } = await audit(path);
    expect(status).toBe(2);
    expect(stderr).toMatch(/^FA402 refusing to overwrite .*other · it is no baseline/);
    expect(readFileSync(path, 'utf8')).toBe(text);
  });
});
