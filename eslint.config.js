import js from '@eslint/js';
import globals from 'globals';

const FORBIDDEN = ['innerHTML', 'outerHTML', 'insertAdjacentHTML'].map((property) => ({
  property,
  message: 'Build nodes: HTML from text breaks Trusted Types and lets markup in.',
}));

export default [
  js.configs.recommended,
  {
    languageOptions: { ecmaVersion: 2022, globals: globals.browser },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'max-lines': ['error', 250],
      'no-restricted-properties': [
        'error',
        ...FORBIDDEN,
        { object: 'document', property: 'cookie', message: 'The widget sets no cookies.' },
      ],
      'no-restricted-globals': ['error', 'alert', 'confirm', 'prompt', 'eval'],
      'no-var': 'error',
      'prefer-const': 'error',
    },
  },
  { files: ['widget/widget.js'], languageOptions: { sourceType: 'script' } },
];
