/* Seeded mutations of bytes: damage as disks, networks and attackers do it. */

/** Integers with a meaning for many formats: limits of types, and large counts. */
const NUMBERS = [0, 1, -1, 127, 128, 255, 256, 32767, 65535, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1];

/** Texts with a meaning for JSON, CSV and headers. */
const TEXTS = [
  'null',
  '-1',
  '0',
  '1e999',
  'NaN',
  '1e308',
  '""',
  '[]',
  '{}',
  '[[[[',
  '9007199254740993',
  ',',
  '\n',
  "'",
];

/** A generator of numbers from 0 to 1 (Vigna 2015, splitmix64 cut to 32 bits). */
export function randomOf(seed, index) {
  let state = (Math.imul(seed, 0x9e3779b1) ^ Math.imul(index + 1, 0x85ebca6b)) >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let z = state;
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return ((z ^ (z >>> 15)) >>> 0) / 2 ** 32;
  };
}

const at = (random, length) => Math.floor(random() * length);
const pick = (random, list) => list[at(random, list.length)];

function range(random, bytes) {
  const from = at(random, bytes.length);
  return [from, Math.min(bytes.length, from + 1 + at(random, pick(random, [4, 16, 256])))];
}

const splice = (bytes, from, to, inserted) => Buffer.concat([bytes.subarray(0, from), inserted, bytes.subarray(to)]);

const mutations = [
  (random, bytes) => {
    const own = Buffer.from(bytes);
    own[at(random, own.length)] ^= 1 << at(random, 8);
    return own;
  },
  (random, bytes) => {
    const own = Buffer.from(bytes);
    own[at(random, own.length)] = at(random, 256);
    return own;
  },
  (random, bytes) => {
    const own = Buffer.from(bytes);
    if (own.length < 4) return own;
    const place = at(random, own.length - 3);
    own.writeInt32LE(pick(random, NUMBERS) | 0, place);
    return own;
  },
  (random, bytes) => splice(bytes, ...range(random, bytes), Buffer.alloc(0)),
  (random, bytes) => {
    const [from, to] = range(random, bytes);
    return splice(bytes, to, to, bytes.subarray(from, to));
  },
  (random, bytes) => bytes.subarray(0, at(random, bytes.length)),
  (random, bytes) => {
    const [from, to] = range(random, bytes);
    return splice(bytes, from, to, Buffer.from(pick(random, TEXTS)));
  },
  (random, bytes) => {
    const digits = [...bytes.toString('latin1').matchAll(/-?\d+(\.\d+)?/g)];
    if (digits.length === 0) return bytes;
    const { 0: found, index } = pick(random, digits);
    return splice(bytes, index, index + found.length, Buffer.from(pick(random, TEXTS)));
  },
];

/** Values of JSON with a meaning for many fields. */
const VALUES = [
  null,
  true,
  -1,
  0,
  1,
  3,
  0.5,
  2 ** 31,
  1e308,
  '',
  'x',
  'linear',
  [],
  {},
  [null],
  [1, 2],
  [[1], [2]],
  { x: 1 },
];

/** Every place of a JSON value: the object or list, and the key or index in it. */
function placesOf(value, places = []) {
  if (typeof value !== 'object' || value === null) return places;
  for (const key of Object.keys(value)) {
    places.push([value, key]);
    placesOf(value[key], places);
  }
  return places;
}

const copyOf = (value) => (value === undefined ? value : JSON.parse(JSON.stringify(value)));

const changes = [
  (random, [holder, key]) => (holder[key] = copyOf(pick(random, VALUES))),
  (random, [holder, key]) => (Array.isArray(holder) ? holder.splice(Number(key), 1) : delete holder[key]),
  (random, [holder, key], places) => {
    const [from, own] = pick(random, places);
    holder[key] = copyOf(from[own]);
  },
  (random, [holder, key]) => {
    if (Array.isArray(holder)) holder.splice(Number(key), 0, copyOf(holder[key]));
    else holder[`${key}2`] = holder[key];
  },
];

/** One to three changes of the values of a JSON text, which stays valid JSON: bytes seldom pass the parser. */
function mutateJson(random, bytes) {
  const value = JSON.parse(bytes.toString('utf8'));
  for (let count = 1 + at(random, 3); count > 0; count--) {
    const places = placesOf(value);
    if (places.length > 0) pick(random, changes)(random, pick(random, places), places);
  }
  return Buffer.from(JSON.stringify(value));
}

/** One to four mutations of some bytes; where they are JSON, in two of three cases changes of its values. */
export function mutate(random, { bytes, json = false }) {
  if (json && random() < 2 / 3) return mutateJson(random, bytes);
  let own = bytes;
  for (let count = 1 + at(random, 4); count > 0 && own.length > 0; count--) own = pick(random, mutations)(random, own);
  return own;
}
