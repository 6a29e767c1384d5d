import { defineConfig } from 'rolldown';

/*
 * One file for what --help needs and few for the rest: loading some hundred small modules would take longer than an
 * audit of a small network. Packages stay outside, but for zod, most of whose modules are locales nobody asks for.
 */
export default defineConfig({
  input: { cli: 'src/cli.ts', index: 'src/index.ts' },
  platform: 'node',
  external: (id) => !/^[./]|^\w:|^zod/.test(id) && !id.startsWith('\0'),
  output: { dir: 'dist', format: 'esm', entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
});
