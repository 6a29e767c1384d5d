import { describe, expect, it } from 'vitest';
import { compareOptionsSchema } from '../../src/config/compare-options.js';
import {
  auditOptionsSchema,
  exportOptionsSchema,
  inspectOptionsSchema,
  trackOptionsSchema,
} from '../../src/config/options.js';
import { type OptionsSchema, defaultOf, flagOf, optionNames, parseOptions } from '../../src/config/parse-options.js';
import { AuditError } from '../../src/errors.js';
import { type CompareRequest, compare, exportFisher, track } from '../../src/index.js';

/** Options by the command that has them. */
const schemas: Readonly<Record<string, OptionsSchema>> = {
  audit: auditOptionsSchema,
  compare: compareOptionsSchema,
  export: exportOptionsSchema,
  inspect: inspectOptionsSchema,
  track: trackOptionsSchema,
};

const everyOption = Object.entries(schemas).flatMap(([command, schema]) =>
  optionNames(schema).map((name) => ({ command, schema, name })),
);

describe('every option', () => {
  it.each(everyOption)('$command $name has a flag, and its default passes its own check', ({ schema, name }) => {
    expect(flagOf(schema, name).help).not.toBe('');
    const value = defaultOf(schema, name);
    expect(parseOptions(schema, { [name]: value })).toHaveProperty([name], value);
  });

  it.each(everyOption)('$command $name refuses invalid values and names its flag', ({ schema, name }) => {
    const long = /--[a-z-]+/.exec(flagOf(schema, name).flags)![0];
    for (const wrong of [{}, Number.NaN, 'no such value']) {
      expect(() => parseOptions(schema, { [name]: wrong })).toThrow(AuditError);
      expect(() => parseOptions(schema, { [name]: wrong })).toThrow(`FA401 ${long}: got `);
    }
  });

  it.each(Object.entries(schemas))('of %s is refused if its name is unknown', (_, schema) => {
    expect(() => parseOptions(schema, { nonsense: 1 })).toThrow(
      'FA401 unknown option nonsense · the options are samples',
    );
  });
});

describe('the API refuses options as the command line does', () => {
  const files = { base: 'base.json', head: 'head.json' };

  it.each([
    [{ maxFactor: 'abc' }, '--max-factor: got abc, expected a number > 1'],
    [{ maxFactor: 1 }, '--max-factor: got 1, expected a number > 1'],
    [{ maxFactor: Infinity }, '--max-factor: got Infinity, expected a number > 1'],
    [{ maxIncrease: -1 }, '--max-increase: got -1, expected a number > 0, or a percentage such as "10%"'],
    [{ failOn: 'sometimes' }, '--fail-on: got sometimes, expected one of: never, worse'],
    [{ maxError: 0.1 }, 'unknown option maxError'],
  ])('compare(%j)', async (options, message) => {
    const request = { ...files, ...options } as unknown as CompareRequest;
    await expect(compare(request)).rejects.toThrow(`FA401 ${message}`);
  });

  it('reports all problems at once', async () => {
    const request = { ...files, maxFactor: 0, failOn: 'no' } as unknown as CompareRequest;
    await expect(compare(request)).rejects.toThrow(/--max-factor: .*; --fail-on: |--fail-on: .*; --max-factor: /);
  });

  it('track and exportFisher', async () => {
    await expect(track({ models: ['a', 'b'], requireCoverage: 1 } as never)).rejects.toThrow('unknown option');
    await expect(exportFisher({ model: 'a', file: 'b.npz', estimator: 'best' } as never)).rejects.toThrow(
      '--estimator',
    );
  });
});
