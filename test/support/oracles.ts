import { readFileSync } from 'node:fs';
import type { Family } from '../../src/likelihoods/families.js';

export const oracleFolder = (name: string): string =>
  new URL(`../../fixtures/oracle/${name}`, import.meta.url).pathname;

export const oracleFamily = (name: string): Family =>
  (JSON.parse(readFileSync(`${oracleFolder(name)}/case.json`, 'utf8')) as { family: Family }).family;
