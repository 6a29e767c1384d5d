import { existsSync, readFileSync, readdirSync } from 'node:fs';
import type { Family } from '../../../src/likelihoods/families.js';

const fixtures = new URL('../../../fixtures/', import.meta.url).pathname;

export const fixtureJson = (name: string, file: string): unknown =>
  JSON.parse(readFileSync(`${fixtures}${name}/${file}`, 'utf8'));

export const fixtureFolder = (name: string): string => `${fixtures}${name}`;

export const oracleFolder = (name: string): string => fixtureFolder(`oracle/${name}`);

export const oracleFamily = (name: string): Family =>
  (fixtureJson(`oracle/${name}`, 'case.json') as { family: Family }).family;

/** The fixtures that hold a file of that name: `mnist`, `oracle/conv3d`, … */
export function fixturesWith(file: string): string[] {
  const folders = ['', 'oracle/'].flatMap((parent) =>
    readdirSync(`${fixtures}${parent}`, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => `${parent}${entry.name}`),
  );
  return folders.filter((folder) => existsSync(`${fixtures}${folder}/${file}`)).sort();
}
