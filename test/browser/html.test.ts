import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Comparison } from '../../src/results/comparison.js';
import type { Report } from '../../src/results/report.js';
import { hostile, manyLayers } from '../support/reports/hostile.js';
import { fixture, run } from '../support/terminal.js';
import { executable, launch } from './browser.js';
import { collisions, contrasts } from './looks.js';

/*
 * Pages as readers see them, in Debian's chromium. Without a browser nothing of this is tested, and the run says so.
 */

if (executable === undefined) {
  console.warn(
    '\n!!! SKIPPED: test/browser needs a browser, and there is none. HTML reports were NOT tested.\n' +
      '!!! apt-get install chromium, or name one in CHROMIUM.\n',
  );
}

const few = ['--inputs', '4', '--samples', '8,64', '--quiet'];

const commands = {
  mnist: [fixture('mnist'), ...few, '--max-error', '0.3'],
  resnet: [fixture('mnist-resnet'), ...few, '--by', 'weight'],
  relu: [fixture('mnist-relu'), ...few, '--parameters', '64'],
  comparison: ['compare', fixture('mnist-untrained'), fixture('mnist'), ...few.slice(0, 3), '64', '--fail-on', 'worse'],
};
const names = [...Object.keys(commands), 'hostile'];

describe.skipIf(executable === undefined)('a page', () => {
  let folder: string;
  let browser: Browser;
  const results: Record<string, Report | Comparison> = {};

  const file = (name: string): string => join(folder, `${name}.html`);

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fisher-audit-html-'));
    const json = (name: string): string => join(folder, `${name}.json`);
    const read = async (name: string) => JSON.parse(await readFile(json(name), 'utf8')) as Report | Comparison;
    for (const [name, command] of Object.entries(commands)) {
      await run([...command, '-r', `json=${json(name)}`, '-r', `html=${file(name)}`]);
      results[name] = await read(name);
    }
    const many = manyLayers(results['mnist'] as Report, 50);
    await writeFile(json('hostile'), JSON.stringify(many));
    await run(['report', json('hostile'), '-r', `html=${file('hostile')}`]);
    results['hostile'] = many;
    browser = await launch();
  });

  afterAll(async () => {
    await (browser as Browser | undefined)?.close();
    await rm(folder, { recursive: true, force: true });
  });

  interface Opened {
    readonly page: Page;
    readonly problems: string[];
  }

  /** A page with whatever it complained of or asked for. */
  async function open(name: string, options: Parameters<Browser['newPage']>[0] = {}): Promise<Opened> {
    const page = await browser.newPage(options);
    const address = pathToFileURL(file(name)).href;
    const problems: string[] = [];
    page.on('console', (message) => problems.push(`${message.type()}: ${message.text()}`));
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('dialog', (dialog) => void (problems.push('a dialog'), dialog.dismiss()));
    page.on('request', (request) => void (request.url() === address || problems.push(`request: ${request.url()}`)));
    await page.goto(address);
    return { page, problems };
  }

  const heads = (page: Page): Promise<string[]> => page.locator('table').first().locator('tbody th').allTextContents();

  it.each(names)('%s shows everything in order, and loads nothing', async (name) => {
    const { page, problems } = await open(name);
    const result = results[name]!;
    const rows = name === 'resnet' ? (result as Report).layers.flatMap(({ weights }) => weights) : result.layers;
    expect(await heads(page)).toEqual(rows.map((row) => row.name));
    const text = await page.locator('body').innerText();
    for (const { text: finding } of result.verdict.checks) expect(text).toContain(finding);
    expect(await page.locator('table').count()).toBe(result.verdict.checks.length > 0 ? 2 : 1);
    expect(await page.locator('.outcome').first().innerText()).toMatch(new RegExp(`${result.verdict.outcome}$`));
    expect(problems).toEqual([]);
    await page.close();
  });

  it.each(names)('%s has its charts, with titles, descriptions and complete names', async (name) => {
    for (const width of [390, 1200]) {
      const { page } = await open(name, { viewport: { width, height: 800 } });
      const charts = page.locator('figure svg:visible');
      expect(await charts.count()).toBe(name === 'comparison' ? 1 : 2);
      for (const chart of await charts.all()) {
        const box = (await chart.boundingBox())!;
        expect(Math.min(box.width, box.height)).toBeGreaterThan(200);
        expect(await chart.locator('path').count()).toBeGreaterThan(5);
        expect(await chart.locator('title').textContent()).not.toBe('');
        expect(await chart.locator('desc').textContent()).not.toBe('');
      }
      expect(await page.evaluate(collisions)).toEqual([]);
      await page.close();
    }
  });

  it.each(names)('%s fits a phone: only tables and charts scroll', async (name) => {
    const { page } = await open(name, { viewport: { width: 390, height: 800 } });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
    await page.close();
  });

  it.each(['light', 'dark'] as const)('is readable in %s colours', async (colorScheme) => {
    for (const name of names) {
      const { page } = await open(name, { colorScheme });
      const found = await page.evaluate(contrasts);
      expect(found.filter(({ kind }) => kind === 'text').length).toBeGreaterThan(50);
      expect(found.filter(({ kind }) => kind === 'mark').length).toBeGreaterThan(5);
      // WCAG 2: 4.5 for text, 3 for graphics.
      expect(found.filter(({ kind, ratio }) => !(ratio >= (kind === 'text' ? 4.5 : 3)))).toEqual([]);
      const paper = (await page.evaluate('getComputedStyle(document.body).backgroundColor')) as string;
      expect(paper).toBe(colorScheme === 'light' ? 'rgb(255, 255, 255)' : 'rgb(21, 24, 27)');
      await page.close();
    }
  });

  it('sorts by a click, up, down and back', async () => {
    const { page, problems } = await open('hostile');
    const before = await heads(page);
    const { layers } = results['hostile'] as Report;
    const value = new Map(layers.map((layer) => [layer.name, layer.fisher.mean]));
    const head = page.locator('th', { hasText: 'mean I' }).first();
    const sorted = [...before].sort((a, b) => value.get(a)! - value.get(b)!);
    for (const [order, expected] of [
      ['ascending', sorted],
      ['descending', sorted.toReversed()],
      ['none', before],
    ] as const) {
      await head.locator('button').click();
      expect(await head.getAttribute('aria-sort')).toBe(order);
      expect(await heads(page)).toEqual(expected);
    }
    expect(problems).toEqual([]);
    await page.close();
  });

  it('sorts by keyboard, with missing values last', async () => {
    const { page } = await open('relu');
    const { layers } = results['relu'] as Report;
    const values = layers.map(({ estimators }) => estimators.hessian.samplesForTarget);
    expect(values).toContain(null);
    expect(values.some((value) => value !== null)).toBe(true);
    const head = page.locator('th', { hasText: 'Î₂ draws' });
    await head.locator('button').focus();
    for (const key of ['Enter', 'Space']) {
      await page.keyboard.press(key);
      const [first] = await heads(page);
      expect(layers.find(({ name }) => name === first)!.estimators.hessian.samplesForTarget).not.toBeNull();
    }
    expect(await head.getAttribute('aria-sort')).toBe('descending');
    const sorted = page.locator('th[aria-sort]:not([aria-sort=none])');
    expect(await sorted.count()).toBe(1);
    await page.close();
  });

  it('is complete without scripts', async () => {
    const { page } = await open('hostile', { javaScriptEnabled: false });
    expect(await page.locator('tbody th').count()).toBe(53);
    expect(await page.locator('button').count()).toBe(0);
    expect(await page.locator('figure svg:visible').count()).toBe(2);
    await page.close();
  });

  it('shows hostile names as text, and runs only its own script', async () => {
    const { page, problems } = await open('hostile');
    expect(await page.locator('img').count()).toBe(0);
    expect(await page.locator('script').count()).toBe(1);
    expect(await page.title()).toContain(hostile);
    expect(await page.locator('li').first().innerText()).toContain(hostile);
    expect(problems).toEqual([]);
    // Were markup to come through all the same, the policy would stop it.
    const refused: string[] = [];
    page.on('requestfailed', (request) => refused.push(request.failure()!.errorText));
    await page.evaluate(
      `document.body.insertAdjacentHTML('beforeend', '<img src="https://x.invalid/" onerror="alert(1)">')`,
    );
    await page.evaluate(`document.body.append(Object.assign(document.createElement('script'), { text: 'alert(2)' }))`);
    await page.waitForTimeout(200);
    expect(problems).not.toContain('a dialog');
    expect(refused).toEqual(['csp']);
    expect(problems.join()).toMatch(/Content Security Policy/);
    await page.close();
  });
});
