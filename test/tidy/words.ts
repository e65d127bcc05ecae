/** What no line of ours holds, and why: each rule looks for words in the code, its comments left out where it says. */

import { isCode, isGenerated, isTest, isTestRoom, linesWith, type Rule } from './rule.ts';

const engineCode = (path: string): boolean => /^local\/.*\.ts$/.test(path) && !isTestRoom(path);

const TIME_AND_CHANCE =
  /\bDate\.now\b|\bnew Date\(\)|\bMath\.random\b|\b(set(Timeout|Interval)|randomUUID|randomBytes|randomInt|getRandomValues)\b|\bperformance\.now\b|\bprocess\.hrtime\b|node:timers/;

const clock: Rule = {
  promise: 'only local/clock.ts reads the real time and real chance',
  instead:
    'Take ports.clock and ports.chance as arguments, so that a test can advance time and replay a seed.',
  // A Lambda's worker (bootstrap.mjs) is not the engine: its code sees the real time, as on AWS.
  applies: (path) => engineCode(path) && path !== 'local/clock.ts',
  findings: ({ text }) => linesWith(text, TIME_AND_CHANCE),
  breaks: [
    { path: 'local/a.ts', text: 'const now = Date.now();\n' },
    { path: 'local/a.ts', text: 'const now = new Date();\n' },
    { path: 'local/a.ts', text: "import { setTimeout as pause } from 'node:timers/promises';\n" },
    { path: 'local/a.ts', text: "import { randomUUID } from 'node:crypto';\n" },
  ],
  keeps: [
    { path: 'local/a.ts', text: '// Date.now() would not do.\nconst at = new Date(clock.now());\n' },
    {
      path: 'local/a.ts',
      text: '/**\n * As Math.random() does.\n */\nexport const a = chance.fraction();\n',
    },
  ],
};

const sleeplessTests: Rule = {
  promise: "the engine's tests do not sleep",
  instead: 'Advance the test clock (local/testing/clock.ts), or wait for what the code signals.',
  applies: (path) => path.startsWith('local/') && isTest(path),
  findings: ({ text }) => linesWith(text, /\bsetTimeout\(|\bnode:timers\/promises\b|\bDate\.now\(\)/),
  breaks: [
    { path: 'local/a.test.ts', text: 'await new Promise((done) => setTimeout(done, 50));\n' },
    { path: 'local/a.test.ts', text: "import { setTimeout as pause } from 'node:timers/promises';\n" },
  ],
  keeps: [{ path: 'local/a.test.ts', text: 'ports.clock.advance(50);\n' }],
};

const terraform: Rule = {
  promise: 'only local/stack knows Terraform JSON',
  instead: "Read the resolved block in the part's config.ts (local/stack/block.ts).",
  applies: (path) => engineCode(path) && !path.startsWith('local/stack/'),
  findings: ({ text }) =>
    linesWith(text, /cdk\.tf\.json|\bfile(base64)?sha256\b|'\$\{(aws|data|var|local)[._]|\bjsonencode\b/),
  breaks: [
    { path: 'local/engine.ts', text: "const file = join(directory, 'cdk.tf.json');\n" },
    { path: 'local/hops/pipe/config.ts', text: "if (source.startsWith('${aws_dynamodb_table')) return;\n" },
  ],
  keeps: [
    { path: 'local/engine.ts', text: '  /** Path of a synthesized cdk.tf.json. */\n  stackFile: string;\n' },
    { path: 'local/stack/expression.ts', text: "const open = '${aws_';\n" },
  ],
};

const enums: Rule = {
  promise: 'states are unions: no enum, no namespace, no base class',
  instead: "Write a union of literals (`'idle' | 'open'`) and functions; compose instead of inheriting.",
  applies: (path) => isCode(path) && !isGenerated(path),
  findings: ({ text }) =>
    linesWith(
      text,
      /^\s*(export )?(declare )?(const )?(enum|namespace) [A-Z]|^\s*(export )?abstract class\b/,
    ),
  breaks: [
    { path: 'local/a.ts', text: 'export const enum State { Idle }\n' },
    { path: 'local/a.ts', text: 'enum State { Idle }\n' },
    { path: 'local/a.ts', text: 'export abstract class Hop {}\n' },
  ],
  keeps: [{ path: 'local/a.ts', text: "const sentence = 'satisfy enum value set';\n" }],
};

const unfinished: Rule = {
  promise: 'nothing is left for later in a comment',
  instead: 'Do it, or open an issue and say in the code what is so today.',
  applies: (path) => !path.endsWith('package-lock.json'),
  findings: ({ text }) => linesAnywhere(text, /\b(TODO|FIXME|HACK)\b|(\/\/|\*|#) XXX\b/),
  breaks: [{ path: 'local/a.ts', text: '// TODO: later\n' }],
  keeps: [{ path: 'local/a.ts', text: '// Done.\n' }],
};

const skips: Rule = {
  promise: 'no test is skipped in silence',
  instead: 'Run it; where a tool may be absent, give the reason to `skip` and fail instead when CI is true.',
  applies: isTest,
  findings: ({ text }) =>
    linesWith(
      text,
      /\b(test|it|describe|suite)\.(only|skip|todo)\b|\b(only|skip|todo): true\b|\.(skip|todo)\(\)/,
    ),
  breaks: [
    { path: 'a.test.ts', text: "test.only('it holds', () => {});\n" },
    { path: 'a.test.ts', text: "test('it holds', { skip: true }, () => {});\n" },
    { path: 'a.test.ts', text: '  return context.skip();\n' },
  ],
  keeps: [{ path: 'a.test.ts', text: "test('it holds', { skip: missingTool() }, () => {});\n" }],
};

const machinePaths: Rule = {
  promise: 'no file holds a path of some machine',
  instead: 'Use a path relative to the repository, os.tmpdir() or the XDG variables.',
  applies: (path) => !path.endsWith('package-lock.json'),
  findings: ({ text }) =>
    linesAnywhere(text, /(?<![\w.:/-])\/(work|root|home|Users|tmp|private|mnt)\/[\w.-]|\b[A-Z]:\\\w/),
  breaks: [
    { path: 'a.json', text: `{ "data": "/${'tmp'}/data" }\n` },
    { path: '.ci/run', text: `cd /${'home'}/somebody/repository\n` },
  ],
  keeps: [{ path: 'a.md', text: 'https://docs.example.com/home/page and ./tmp/a\n' }],
};

const registries: Rule = {
  promise: "no file names a registry: which one is asked is the machine's matter",
  instead: 'Leave the registry to the configuration of npm, pip and Maven on the machine.',
  applies: () => true,
  findings: ({ text }) =>
    linesAnywhere(
      text,
      /"resolved": "http|^\s*(@[\w-]+:)?registry\s*=|--(extra-)?index-url|--find-links|<repositor(y|ies)>|registry\.(npmjs|yarnpkg)|pypi\.org|repo\d?\.maven|artifactory/i,
    ),
  breaks: [
    { path: 'package-lock.json', text: `      "${'resolved'}": "https://registry.example.com/a.tgz",\n` },
    { path: '.npmrc', text: `${'registry'}=https://registry.example.com\n` },
    { path: '.ci/run', text: `pip install --${'index-url'} https://example.com a\n` },
  ],
  keeps: [{ path: 'a.ts', text: '// the provider registry.terraform.io/hashicorp/aws\n' }],
};

/** The tidy rules name what they forbid. */
const ownWords = (path: string): boolean => path.startsWith('test/tidy/');

function linesAnywhere(text: string, pattern: RegExp): string[] {
  return text
    .split('\n')
    .flatMap((line, index) => (pattern.test(line) ? [`line ${index + 1}: ${line.trim()}`] : []));
}

export const WORDS: readonly Rule[] = [
  clock,
  sleeplessTests,
  terraform,
  enums,
  unfinished,
  skips,
  machinePaths,
  registries,
].map((rule) => ({ ...rule, applies: (path) => !ownWords(path) && rule.applies(path) }));
