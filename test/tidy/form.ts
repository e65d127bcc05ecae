/** How a file looks from outside: its name, its length, its first lines. */

import { importsOf, isCode, isGenerated, isTest, type Rule } from './rule.ts';

const LINES_MAX = 400;

const isSource = (path: string): boolean => isCode(path) || /\.(sql|py|sh)$|^\.ci\/run$/.test(path);

const length: Rule = {
  promise: `no file has more than ${LINES_MAX} lines`,
  instead: 'Find the second noun in it and give that a file of its own.',
  applies: (path) => isSource(path) && !isGenerated(path),
  findings: ({ text }) => {
    const lines = text.split('\n').length - 1;
    return lines > LINES_MAX ? [`it has ${lines} lines`] : [];
  },
  breaks: [{ path: 'a.ts', text: 'a;\n'.repeat(LINES_MAX + 1) }],
  keeps: [{ path: 'a.ts', text: 'a;\n'.repeat(LINES_MAX) }],
};

const head: Rule = {
  promise: 'every file starts by saying what it is',
  instead: 'Start with a comment in sentences: what it is, where it stands, what it does not do.',
  // A test's promises stand in its names; .d.ts of a library and fixtures of another vendor are code like any other.
  applies: (path) => isSource(path) && !isTest(path),
  findings: ({ path, text }) => {
    const body = text.replace(/^#!.*\n/, '');
    const opening = /\.sql$/.test(path)
      ? /^-- \S+ /
      : /\.(py|sh)$|^\.ci\//.test(path)
        ? /^(# \S+ |""")/
        : /^(\/\*\*|\/\/ )/;
    return opening.test(body) ? [] : [`it starts with: ${body.split('\n', 1)[0]}`];
  },
  breaks: [
    { path: 'local/a.ts', text: "import { b } from './b.ts';\n" },
    { path: 'sql/views/a.sql', text: 'SELECT 1\n' },
    { path: '.ci/run', text: '#!/usr/bin/env bash\nset -e\n' },
  ],
  keeps: [
    { path: 'local/a.ts', text: '/** What it is. */\n' },
    { path: 'local/a.mjs', text: '#!/usr/bin/env node\n// What it is.\n' },
    { path: 'sql/views/a.sql', text: '-- What is asked?\nSELECT 1\n' },
  ],
};

const names: Rule = {
  promise: 'file names are kebab-case and name a noun of the domain',
  instead:
    'Say what the file holds: `retention.ts`, `shard-iterator.ts`, never `utils`, `helpers`, `common`, `misc`.',
  applies: (path) => isCode(path) || path.endsWith('.py'),
  findings: ({ path }) => {
    const name = path.split('/').at(-1) ?? '';
    const kebab = /^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+)+$/.test(name);
    const vague = path.split('/').some((part) => /^(utils?|helpers?|common|misc|lib)(\.|$)/.test(part));
    return kebab && !vague ? [] : [`its name is ${name}`];
  },
  breaks: [
    { path: 'local/shardIterator.ts', text: '' },
    { path: 'local/utils.ts', text: '' },
    { path: 'local/helpers/a.ts', text: '' },
  ],
  keeps: [{ path: 'local/shard-iterator.test.ts', text: '' }],
};

const barrels: Rule = {
  promise: 'there are no barrels: a name is imported from the file that says it',
  instead: 'Import the file itself; delete the index.',
  applies: isCode,
  findings: ({ path, text }) => [
    ...(/(^|\/)index\.(ts|js|mjs)$/.test(path) ? ['it is an index'] : []),
    ...importsOf(text).flatMap(({ module, line }) =>
      module.startsWith('.') && /^export\b/.test(text.split('\n')[line - 1] ?? '')
        ? [`line ${line} re-exports ${module}`]
        : [],
    ),
  ],
  breaks: [
    { path: 'local/store/index.ts', text: '' },
    { path: 'local/store/all.ts', text: "export * from './log.ts';\n" },
    { path: 'local/store/all.ts', text: "export type { Log } from './log.ts';\n" },
  ],
  keeps: [{ path: 'local/store/log.ts', text: "import { a } from './a.ts';\nexport const b = a;\n" }],
};

export const FORM: readonly Rule[] = [length, head, names, barrels];
