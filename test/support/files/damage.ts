import fc from 'fast-check';

/* Damage to files, for fuzz tests. Places in a file are chosen by number, whatever the file. */

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

const numbers = [0, -1, 1, 2, 3, 0.5, 1e-300, 1e300, -1e300, 2 ** 31, 2 ** 53, -(2 ** 40), 1e21];
const words = ['', '__proto__', 'constructor', 'toString', 'relu', 'softmax', 'Dense', 'InputLayer', 'Sequential'];
const paths = ['../weights.bin', '/dev/zero', '/etc/passwd', 'weights.bin', '.', 'a\0b', '\u001b[2J', 'x'.repeat(5000)];
const huge: Json[] = [
  new Array<number>(20_000).fill(1),
  new Array<Json>(20_000).fill(null),
  Array.from({ length: 400 }).reduce<Json>((inner) => [inner], 1),
  Array.from({ length: 400 }).reduce<Json>((inner) => ({ layers: [{ class_name: 'Sequential', config: inner }] }), 1),
];

/** Values that may take any other's place. */
const value: fc.Arbitrary<Json> = fc.oneof(
  fc.constantFrom<Json>(null, true, false, ...numbers, ...words, ...paths),
  fc.constantFrom<Json>([], {}, [[]], [null], { __proto__: null }, ...huge),
  fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<Json>,
);

interface Place {
  readonly holder: Json[] | { [key: string]: Json };
  readonly key: string;
}

/** Every element and member of a JSON value, itself excluded. */
function placesOf(json: Json): Place[] {
  if (typeof json !== 'object' || json === null) return [];
  return Object.keys(json).flatMap((key) => [
    { holder: json, key },
    ...placesOf((json as { [key: string]: Json })[key] as Json),
  ]);
}

/** Damage to a JSON text as a value. Places and other values are chosen by number, whatever the model. */
type Damage = (text: string) => string | Uint8Array;
export const place = fc.nat({ max: 1_000_000 });

const onPlace =
  (at: number, change: (place: Place, all: readonly Place[]) => void): Damage =>
  (text) => {
    const json = JSON.parse(text) as Json;
    const all = placesOf(json);
    change(all[at % all.length]!, all);
    return JSON.stringify(json);
  };

const get = ({ holder, key }: Place): Json => (holder as { [key: string]: Json })[key] as Json;
const set = ({ holder, key }: Place, to: Json): void => {
  Object.defineProperty(holder, key, { value: to, enumerable: true, configurable: true, writable: true });
};
const remove = ({ holder, key }: Place): void => {
  if (Array.isArray(holder)) holder.splice(Number(key), 1);
  else Reflect.deleteProperty(holder, key);
};

export const valueDamage: fc.Arbitrary<Damage> = fc.oneof(
  fc.tuple(place, value).map(([at, to]) => onPlace(at, (here) => set(here, to))),
  place.map((at) => onPlace(at, remove)),
  fc.tuple(place, fc.constantFrom('__proto__', 'constructor', 'trainabel', 'x')).map(([at, name]) =>
    onPlace(at, (here) => {
      const moved = get(here);
      remove(here);
      set({ holder: here.holder, key: Array.isArray(here.holder) ? String(here.holder.length) : name }, moved);
    }),
  ),
  fc
    .tuple(place, place)
    .map(([at, from]) => onPlace(at, (here, all) => set(here, structuredClone(get(all[from % all.length]!))))),
);

export const byteDamage: fc.Arbitrary<(bytes: Uint8Array) => Uint8Array> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.array(fc.tuple(place, fc.integer({ min: 1, max: 255 })), { minLength: 1, maxLength: 3 }).map(flips),
  },
  { weight: 6, arbitrary: fc.tuple(place, fc.nat({ max: 7 })).map(([at, bit]) => flips([[at, 1 << bit]])) },
  { weight: 1, arbitrary: place.map((at) => (bytes: Uint8Array) => bytes.subarray(0, at % bytes.length)) },
  {
    weight: 3,
    arbitrary: fc.tuple(place, fc.nat({ max: 8 }), fc.uint8Array({ maxLength: 12 })).map(
      ([at, length, piece]) =>
        (bytes: Uint8Array) =>
          Buffer.concat([bytes.subarray(0, at % bytes.length), piece, bytes.subarray((at % bytes.length) + length)]),
    ),
  },
);

function flips(changes: readonly (readonly [number, number])[]): (bytes: Uint8Array) => Uint8Array {
  return (bytes) => {
    const copy = Uint8Array.from(bytes);
    for (const [at, mask] of changes) copy[at % copy.length]! ^= mask;
    return copy;
  };
}
