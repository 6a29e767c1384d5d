import eslint from '@eslint/js';
import { defineConfig, globalIgnores } from 'eslint/config';
import typescript from 'typescript-eslint';

/** Names that Node gives to every module; listed, so that a misspelt name in a script is found. */
const nodeGlobals = Object.fromEntries(
  [
    'Buffer',
    'TextDecoder',
    'TextEncoder',
    'URL',
    'clearTimeout',
    'console',
    'performance',
    'process',
    'setTimeout',
  ].map((name) => [name, 'readonly']),
);

const noDefaultExport = {
  selector: 'ExportDefaultDeclaration',
  message: 'Export by name: a name is the same in every file and can be searched for.',
};

export default defineConfig(
  globalIgnores(['dist/', 'coverage/', 'fixtures/*/', '!fixtures/scripts/']),
  { linterOptions: { reportUnusedDisableDirectives: 'error', reportUnusedInlineConfigs: 'error' } },

  // All code.
  eslint.configs.recommended,
  {
    rules: {
      complexity: ['error', 10],
      'max-depth': ['error', 4],
      'max-params': ['error', 6],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-var': 'error',
      'object-shorthand': 'error',
      'prefer-const': 'error',
    },
  },

  // TypeScript: the strict rules that read types, except for those below.
  {
    files: ['**/*.ts'],
    extends: [typescript.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      // A type-only import vanishes from the output, so it loads no module. The rules about rooms and cycles hold for types
      // too (.dependency-cruiser.mjs).
      '@typescript-eslint/consistent-type-imports': [
        'error',
        // typeof import('…') is how packages that load late are typed.
        { fixStyle: 'inline-type-imports', disallowTypeAnnotations: false },
      ],
      '@typescript-eslint/no-import-type-side-effects': 'error',
      '@typescript-eslint/consistent-type-exports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      // Messages hold numbers and shapes: "[28,28]" is how a shape is written.
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true, allowArray: true },
      ],
      // An arrow function may hand on what a call returns, even nothing.
      '@typescript-eslint/no-confusing-void-expression': [
        'error',
        { ignoreArrowShorthand: true, ignoreVoidOperator: true },
      ],
      '@typescript-eslint/no-meaningless-void-operator': 'off',
      // `values[k]!` is the one idiom for a value that is known to exist although its type allows undefined.
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/non-nullable-type-assertion-style': 'error',
      // Functions are taken out of tables freely; none of them reads `this`.
      '@typescript-eslint/unbound-method': 'off',
      // A function is async because its interface is, even where this implementation has nothing to wait for.
      '@typescript-eslint/require-await': 'off',
      // A kernel scope may return nothing.
      '@typescript-eslint/no-invalid-void-type': 'off',
    },
  },

  // The tool itself.
  {
    files: ['src/**/*.ts'],
    rules: {
      'max-lines': ['error', 250],
      'no-console': 'error',
      'no-restricted-syntax': ['error', noDefaultExport],
      // Only main(argv, io) receives the process, so that everything else can be tested and embedded.
      'no-restricted-globals': ['error', { name: 'process', message: 'Take what you need from the io of main().' }],
      'no-restricted-properties': [
        'error',
        { object: 'Math', property: 'random', message: 'Draw with statistics/philox.ts: audits are reproducible.' },
      ],
    },
  },
  {
    files: ['src/cli/**/*.ts'],
    rules: { 'no-console': 'off', 'no-restricted-globals': 'off' },
  },
  {
    // Silences what tfjs-node prints while it loads.
    files: ['src/kernels/backend.ts'],
    rules: { 'no-console': 'off' },
  },

  // Tests make broken values on purpose.
  {
    files: ['test/**/*.ts'],
    rules: {
      '@typescript-eslint/no-explicit-any': 'off',
      '@typescript-eslint/no-unnecessary-type-assertion': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
    },
  },

  // Scripts and configuration files in plain JavaScript.
  {
    files: ['**/*.{js,mjs,cjs}'],
    languageOptions: { globals: nodeGlobals },
    rules: { 'no-unused-vars': ['error', { argsIgnorePattern: '^_' }] },
  },
);
