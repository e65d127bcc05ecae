/**
 * `npm run bench`: the figures of docs/benchmarks.md, measured on this machine, each held against its limit or against
 * a rival in the same run. It proves nothing about a machine it did not run on, so no test looks at it.
 */

import { arch, cpus, platform, totalmem } from 'node:os';
import { athena } from './bench/athena.ts';
import { capacity } from './bench/capacity.ts';
import { chain } from './bench/chain.ts';
import { type Benchmark, type Figure, isReached, ratioOf } from './bench/figure.ts';
import { growth } from './bench/growth.ts';
import { latency } from './bench/latency.ts';
import { load } from './bench/load.ts';
import { put } from './bench/put.ts';
import { simulation } from './bench/simulation.ts';
import { start } from './bench/start.ts';
import { summary } from './bench/summary.ts';
import { synth } from './bench/synth.ts';
import { transform } from './bench/transform.ts';
import { views } from './bench/views.ts';
import { flags, paint, run, UsageError } from './command.ts';
import { EXIT_OK } from './exit-codes.ts';

const BENCHMARKS: readonly Benchmark[] = [
  start,
  put,
  chain,
  latency,
  transform,
  athena,
  growth,
  views,
  synth,
  summary,
  simulation,
  capacity,
  load,
];

const METHOD =
  'Engine, rival and load driver are processes of their own on this machine. Rounds alternate, a warm-up round is ' +
  'left out, medians are compared. Orders are those of loadtest/orders.ts; requests are signed before the clock starts, ' +
  'save those of k6, whose figures are by processor time.';

async function main(): Promise<number> {
  const { only, json } = await flags(
    'Measures this repository on this machine.\n\nUsage: npm run bench -- [flags]',
  )
    .option('only', {
      describe: 'a single benchmark, or several',
      choices: BENCHMARKS.map(({ name }) => name),
      array: true,
    })
    .option('json', { type: 'boolean', default: false, describe: 'print JSON' })
    .example('npm run bench', 'everything')
    .example('npm run bench -- --only put', 'the rate of writes alone')
    .epilogue(BENCHMARKS.map(({ name, about }) => `${name}: ${about}`).join('\n'))
    .parseAsync();
  const say = (line: string) => void process.stderr.write(`${paint('dim', line)}\n`);
  const figures: Figure[] = [];
  const leftOut: string[] = [];
  for (const benchmark of BENCHMARKS) {
    if (only && !only.includes(benchmark.name)) continue;
    say(`${benchmark.name}: ${benchmark.about}`);
    try {
      figures.push(...(await benchmark.run(say)));
    } catch (error) {
      // A tool that only one benchmark wants does not keep the others from being measured.
      if (only || !(error instanceof UsageError)) throw error;
      leftOut.push(`${benchmark.name} was left out: ${error.message} ${error.nextStep}`);
    }
  }
  const machine = machineOf();
  const rows = figures.map((figure) => ({ ...figure, ratio: ratioOf(figure), reached: isReached(figure) }));
  console.log(
    json
      ? JSON.stringify({ machine, method: METHOD, figures: rows, leftOut }, null, 2)
      : [`${tableOf(figures)}\n`, machine, METHOD, ...leftOut].join('\n'),
  );
  return EXIT_OK;
}

function machineOf(): string {
  const all = cpus();
  const gibibytes = (totalmem() / 2 ** 30).toFixed(0);
  const model = all[0]?.model.trim() ?? 'unknown processor';
  return `${model}, ${all.length} cores, ${gibibytes} GiB, ${platform()} ${arch()}, Node ${process.version}`;
}

/** Markdown, so that it can be pasted into docs/benchmarks.md as it stands. */
function tableOf(figures: readonly Figure[]): string {
  const head = ['what', 'ours', 'rival or limit', 'ratio', 'reached', 'note'];
  const rows = figures.map((figure) => {
    const { against, unit } = figure;
    const reached = isReached(figure);
    return [
      figure.what,
      against.kind === 'not measured' ? '' : `${rounded(figure.ours)} ${unit}`,
      'value' in against ? `${against.kind} ${rounded(against.value)} (${against.source})` : against.kind,
      ratioOf(figure)?.toFixed(2) ?? '',
      reached === undefined ? '' : reached ? 'yes' : 'NO',
      figure.note ?? '',
    ];
  });
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}

function rounded(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString('en-US') : value.toFixed(2);
}

await run(main);
