import js from '@eslint/js';
import { defineConfig } from 'eslint/config';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';
import svelteConfig from './svelte.config.js';

export default defineConfig(
  {
    ignores: [
      '**/.svelte-kit/',
      // AssemblyScript: its compiler checks it.
      'assembly/',
      'build/',
      'dist/',
      'node_modules/',
      'test-results/',
      'playwright-report/',
      '**/*.grammar.js',
      '**/*.terms.js',
    ],
  },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  ts.configs.strictTypeChecked,
  svelte.configs.recommended,
  {
    languageOptions: {
      globals: { ...globals.browser, ...globals.node },
      parserOptions: { projectService: true, extraFileExtensions: ['.svelte'] },
    },
    rules: {
      // The compiler knows undefined names better, also in Svelte files.
      'no-undef': 'off',
      '@typescript-eslint/consistent-type-imports': 'error',
      // Numbers and truths read well in messages; objects do not.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      // `using` needs a name even where only the disposal matters, and destructuring drops what it does not want.
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_', caughtErrorsIgnorePattern: '^_' }],
      // An index known to be in range, as in every loop over a typed array, is said with `!`.
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      eqeqeq: 'error',
      'max-lines': ['error', { max: 400 }],
      'no-console': ['error', { allow: ['error'] }],
    },
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts', '**/*.svelte.js'],
    languageOptions: { parserOptions: { projectService: true, extraFileExtensions: ['.svelte'], parser: ts.parser, svelteConfig } },
  },
  // In plain JavaScript the type stands in a JSDoc comment, which these rules do not see.
  { files: ['**/*.js'], rules: { '@typescript-eslint/no-unsafe-assignment': 'off', '@typescript-eslint/no-unsafe-argument': 'off' } },
  // Programs of the terminal speak through standard output.
  { files: ['scripts/**', 'bin/**', 'src/cli/**', 'tests/bench/**', 'tests/agreement/**'], rules: { 'no-console': 'off' } },
);
