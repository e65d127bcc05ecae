/**
 * Who may import whom. The rooms and their arrows are those of docs/ARCHITECTURE.md; an arrow that is not in `ROOMS`
 * does not exist.
 */

import { importsOf, isCode, isTestRoom, ownFile, type Rule, type Source } from './rule.ts';

type Room = { may: readonly RegExp[]; instead: string };

/** What each room's code may import besides its own files. */
const ROOMS: Readonly<Record<string, Room>> = {
  schemas: {
    may: [],
    instead: 'schemas/ says what travels and imports nothing of ours: move what is shared here.',
  },
  sql: { may: [], instead: 'sql/ is text.' },
  stacks: {
    may: [/^schemas\//, /^scripts\/bundle\.ts$/],
    instead: 'stacks/ asks AWS for things; it imports schemas/ and, to pack a Lambda, scripts/bundle.ts.',
  },
  lambdas: {
    may: [/^schemas\//, /^sql\/.*\.(sql|csv|json)$/],
    instead: 'What runs in the cloud imports schemas/ and SQL as text: move what is shared to schemas/.',
  },
  local: {
    may: [/^schemas\//],
    instead:
      'The engine runs the synthesized stack and its bundles, so that the laptop runs what would be deployed: ' +
      'read it from cdk.tf.json through local/stack, or call the AWS operation.',
  },
  scripts: {
    may: [
      /^schemas\//,
      /^loadtest\//,
      /^stacks\/(names|environments)\.ts$/,
      /^lambdas\/publish-views\//,
      /^lambdas\/transform\/transform\.ts$/,
    ],
    instead: 'A script speaks the AWS API, so that it works on the laptop and on AWS alike.',
  },
  loadtest: { may: [/^schemas\//], instead: 'Load is made over the AWS wire.' },
  dashboard: { may: [/^schemas\//], instead: 'The dashboard reads the pipeline through AWS APIs only.' },
};

/** What `npm start` is made of, and the benchmarks: they run the engine itself. All other scripts must work against AWS
 * unchanged. */
const ENGINE_SCRIPTS = /^scripts\/((start|crawl|live-lines|engine-log)\.ts|bench[/.])/;

/** Tests may look further, save that nothing of the engine ever sees the stack's or the Lambdas' sources. */
function mayImport(path: string, target: string): boolean {
  const room = path.split('/')[0] ?? '';
  const targetRoom = target.split('/')[0] ?? '';
  const rules = ROOMS[room];
  if (!rules || targetRoom === room) return true;
  if (rules.may.some((each) => each.test(target))) return true;
  if (targetRoom === 'local' && ENGINE_SCRIPTS.test(path)) return true;
  return isTestRoom(path) && room !== 'local';
}

function imports(source: Source): { module: string; target: string | undefined; line: number }[] {
  return importsOf(source.text).map((each) => ({ ...each, target: ownFile(source.path, each.module) }));
}

const arrows: Rule = {
  promise: 'each room imports only the rooms it may',
  instead: Object.values(ROOMS)
    .map(({ instead }) => instead)
    .join('\n  '),
  applies: isCode,
  findings: (source) =>
    imports(source).flatMap(({ target, line }) =>
      target === undefined || mayImport(source.path, target) ? [] : [`line ${line} imports ${target}`],
    ),
  breaks: [
    { path: 'local/hops/kinesis/kinesis.ts', text: "import { nameIn } from '../../../stacks/names.ts';\n" },
    {
      path: 'local/hops/table/table.test.ts',
      text: "import { lakeRow } from '../../../lambdas/transform/lake-row.ts';\n",
    },
    { path: 'schemas/order.ts', text: "import type { Block } from '../local/stack/stack.ts';\n" },
    { path: 'lambdas/transform/handler.ts', text: "import { flags } from '../../scripts/command.ts';\n" },
    {
      path: 'lambdas/transform/handler.ts',
      text: "const { flags } = await import('../../scripts/command.ts');\n",
    },
    { path: 'scripts/query.ts', text: "import { startEngine } from '../local/engine.ts';\n" },
    { path: 'dashboard/server.ts', text: "export {\n  startEngine,\n} from '../local/engine.ts';\n" },
    { path: 'loadtest/place-orders.ts', text: "import '../local/engine.ts';\n" },
  ],
  keeps: [
    { path: 'local/hops/kinesis/put.ts', text: "import { HOPS } from '../../../schemas/hops.ts';\n" },
    { path: 'lambdas/publish-views/views.ts', text: "import view from '../../sql/views/a.sql';\n" },
    { path: 'scripts/start.ts', text: "import { startEngine } from '../local/engine.ts';\n" },
    { path: 'local/ports.ts', text: " * a sentence, import { x } from '../stacks/x.ts'\n" },
  ],
};

/** The engine's parts: `local/hops/kinesis`, `local/services/queue`. */
const partOf = (path: string): string | undefined => /^local\/(?:hops|services)\/[^/]+/.exec(path)?.[0];

const parts: Rule = {
  promise: 'the parts of the engine do not import one another',
  instead: 'Call the AWS operation through ports.call, or move what is shared up to local/.',
  applies: (path) => partOf(path) !== undefined && isCode(path) && !isTestRoom(path),
  findings: (source) =>
    imports(source).flatMap(({ target, line }) => {
      const other = partOf(target ?? '');
      return other && other !== partOf(source.path) ? [`line ${line} imports ${target}`] : [];
    }),
  breaks: [
    { path: 'local/hops/pipe/deliver.ts', text: "import { putRecords } from '../kinesis/put-records.ts';\n" },
    {
      path: 'local/hops/crawler/crawl.ts',
      text: "import { tables } from '../../services/catalog/records.ts';\n",
    },
  ],
  keeps: [
    { path: 'local/hops/pipe/deliver.ts', text: "import { carry } from './carry.ts';\n" },
    { path: 'local/hops/pipe/pipe.test.ts', text: "import { kinesis } from '../kinesis/kinesis.ts';\n" },
  ],
};

const engineAlone: Rule = {
  promise: 'only local/engine.ts knows the parts, and only scripts and tests know local/engine.ts',
  instead: 'Meet the parts through local/ports.ts; engine.ts puts them together.',
  applies: (path) =>
    path.startsWith('local/') && isCode(path) && !isTestRoom(path) && path !== 'local/engine.ts',
  findings: (source) =>
    imports(source).flatMap(({ target, line }) => {
      const seesPart = partOf(target ?? '') !== undefined && partOf(source.path) === undefined;
      return seesPart || target === 'local/engine.ts' ? [`line ${line} imports ${target}`] : [];
    }),
  breaks: [
    { path: 'local/wire/server.ts', text: "import { kinesis } from '../hops/kinesis/kinesis.ts';\n" },
    { path: 'local/hops/pipe/pipe.ts', text: "import { startEngine } from '../../engine.ts';\n" },
  ],
  keeps: [{ path: 'local/engine.ts', text: "import { kinesis } from './hops/kinesis/kinesis.ts';\n" }],
};

const wire: Rule = {
  promise: 'only local/wire knows HTTP and the encodings of AWS',
  instead: 'Take and answer the members of the AWS API; local/wire turns them into HTTP, XML, JSON and CBOR.',
  applies: (path) =>
    /^local\//.test(path) && !/^local\/(wire\/|engine\.ts$)/.test(path) && isCode(path) && !isTestRoom(path),
  findings: (source) =>
    imports(source).flatMap(({ module, target, line }) => {
      const encoding = /^(node:)?(http|https|http2)$|xml|cbor|^@smithy\/|^@aws-sdk\//.test(module);
      const intoTheWire = target?.startsWith('local/wire/');
      return encoding || intoTheWire ? [`line ${line} imports ${target ?? module}`] : [];
    }),
  breaks: [
    { path: 'local/hops/lake/list.ts', text: "import { XMLParser } from 'fast-xml-parser';\n" },
    { path: 'local/hops/lake/list.ts', text: "import { createServer } from 'node:http';\n" },
    { path: 'local/hops/lake/list.ts', text: "import { xml } from '../../wire/s3/xml.ts';\n" },
  ],
  keeps: [
    { path: 'local/wire/server.ts', text: "import { createServer } from 'node:http';\n" },
    { path: 'local/engine.ts', text: "import { startServer } from './wire/server.ts';\n" },
  ],
};

const deepPaths: Rule = {
  promise: '@cdktf/provider-aws is imported by deep path',
  instead:
    "Import '@cdktf/provider-aws/lib/<type>/index.js': the package's own index costs ten seconds and 700 MB a run.",
  applies: isCode,
  findings: ({ text }) =>
    importsOf(text).flatMap(({ module, line }) =>
      /^@cdktf\/provider-aws(?!\/lib\/[a-z0-9-]+\/index\.js$)/.test(module)
        ? [`line ${line} imports ${module}`]
        : [],
    ),
  breaks: [
    { path: 'stacks/a.ts', text: "import { kinesisStream } from '@cdktf/provider-aws';\n" },
    { path: 'stacks/a.ts', text: "import { kinesisStream } from '@cdktf/provider-aws/lib/index.js';\n" },
  ],
  keeps: [
    {
      path: 'stacks/a.ts',
      text: "import { KinesisStream } from '@cdktf/provider-aws/lib/kinesis-stream/index.js';\n",
    },
  ],
};

const cdktf: Rule = {
  promise: 'only stacks/ knows CDKTF',
  instead:
    'Read what synth wrote (cdk.tf.json), or move the construct to stacks/: CDKTF is archived, and leaving it must ' +
    'touch one room (docs/decisions/leaving-cdktf.md).',
  applies: (path) => isCode(path) && !path.startsWith('stacks/'),
  findings: ({ text }) =>
    importsOf(text).flatMap(({ module, line }) =>
      /^(cdktf|cdktn|constructs|@cdktf|@cdktn)(\/|$)/.test(module) ? [`line ${line} imports ${module}`] : [],
    ),
  breaks: [
    { path: 'scripts/synth.ts', text: "import { App } from 'cdktf';\n" },
    { path: 'test/a.test.ts', text: "import { Testing } from 'cdktf/lib/testing/index.js';\n" },
    { path: 'local/stack/a.ts', text: "import type { Construct } from 'constructs';\n" },
    {
      path: 'scripts/a.ts',
      text: "import { KmsKey } from '@cdktf/provider-aws/lib/kms-key/index.js';\n",
    },
  ],
  keeps: [
    { path: 'stacks/pipeline.ts', text: "import { TerraformStack } from 'cdktf';\n" },
    { path: 'scripts/a.ts', text: "import { constructsOf } from './constructs-of.ts';\n" },
  ],
};

export const ARROWS: readonly Rule[] = [arrows, parts, engineAlone, wire, deepPaths, cdktf];
