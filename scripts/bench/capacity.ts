/**
 * The simulation of docs/capacity.md beside the whole engine, over the wire: the same load into both, at rates below
 * and above what the stream takes, and in a climb through the rate at which Kinesis begins to refuse. A load that the
 * generator or the engine could not keep up with is no comparison and has no number.
 *
 *     under-load ⟷ capacity/simulate, capacity/plan
 */

import { READ_INTERVAL_MS } from '../../local/hops/firehose/reader.ts';
import { GATHER_MS } from '../../local/hops/pipe/mover.ts';
import { ENVIRONMENTS, type Environment } from '../../stacks/environments.ts';
import { measureOrderLife } from '../capacity/order-life.ts';
import { capacityPlan } from '../capacity/plan.ts';
import type { Profile } from '../capacity/profiles.ts';
import { quota } from '../capacity/quotas.ts';
import { type Simulation, simulate } from '../capacity/simulate/simulate.ts';
import type { Timings } from '../capacity/simulate/timings.ts';
import type { Benchmark, Figure } from './figure.ts';
import type { Climb } from './load-program.ts';
import { onsetSecond } from './throttles.ts';
import { percent, type UnderLoad, underLoad } from './under-load.ts';

const { local } = ENVIRONMENTS;
const ONE_SHARD: Environment = { ...local, kinesis: { ...local.kinesis, shards: 1 } };
const SMALL_OBJECTS: Environment = { ...local, firehose: { ...local.firehose, bufferMegabytes: 1 } };

type Load = { environment: Environment; pace: Climb; seconds: number; what: string };

const LOADS: readonly Load[] = [
  ...[150, 250, 340, 400, 500].map((rate) => steady('1 shard', ONE_SHARD, rate)),
  { what: '1 shard, 300 to 420 orders/s', environment: ONE_SHARD, pace: { from: 300, to: 420 }, seconds: 40 },
  ...[200, 400].map((rate) => steady(`${local.kinesis.shards} shards`, local, rate)),
  steady('objects of 1 MB', SMALL_OBJECTS, 400),
];

function steady(name: string, environment: Environment, rate: number): Load {
  return { what: `${name}, ${rate} orders/s`, environment, pace: { from: rate, to: rate }, seconds: 20 };
}

/** As near as they must come to the engine. */
const AGREE_WITHIN = 0.2;

/** The engine's, where AWS's are assumed: by its code, and for the transform and the object by docs/benchmarks.md, in
 * which 2,500 changes took 90 to 180 ms and their object 20 to 80 ms. */
const ENGINE_TIMINGS: Timings = {
  pipeBatch: GATHER_MS / 2 / 1_000,
  firehoseRead: READ_INTERVAL_MS / 1_000,
  transform: { aRecord: 1 / 20_000, aCall: 0.01 },
  objectPut: 0.05,
};

const LIFE = measureOrderLife();
const WARM_WRITE_UNITS = quota('table-new-write-units');

export const capacity: Benchmark = {
  name: 'capacity',
  about: `the simulation beside the whole engine, ${LOADS.length} loads of 20 to 40 s`,
  async run(say) {
    const figures: Figure[] = [];
    for (const load of LOADS) figures.push(...figuresOf(load, await measured(load, say)));
    return figures;
  },
};

/** Another time where the machine had other work. */
async function measured(load: Load, say: (line: string) => void, tries = 2): Promise<UnderLoad> {
  const engine = await underLoad(load.environment, load.pace, load.seconds);
  const { busy, fellBehind, lagSeconds } = engine;
  say(
    `${load.what}: ${fellBehind ?? `lag p99 ${lagSeconds.p99.toFixed(2)} s`} ` +
      `(machine ${percent(busy.machine)} busy, engine ${percent(busy.engine)})`,
  );
  return fellBehind !== undefined && tries > 1 ? measured(load, say, tries - 1) : engine;
}

type Near = {
  what: string;
  ours: number;
  unit: string;
  value: number;
  by: 'simulated' | 'planned';
  note?: string;
};

function figuresOf(load: Load, engine: UnderLoad): Figure[] {
  const { what } = load;
  if (engine.fellBehind !== undefined)
    return [{ what, ours: Number.NaN, unit: '', against: { kind: 'not measured' }, note: engine.fellBehind }];
  return compared(load, engine).map(({ by, value, ...near }) => {
    const off = Math.round((value / near.ours - 1) * 100);
    const difference = `${by} ${off > 0 ? '+' : ''}${off} %`;
    return {
      ...{
        what: `${what}: ${near.what}`,
        ours: near.ours,
        unit: near.unit,
        note: near.note === undefined ? difference : `${difference}; ${near.note}`,
      },
      against: { kind: 'near', value, source: by, share: AGREE_WITHIN },
    };
  });
}

function compared(load: Load, engine: UnderLoad): Near[] {
  const { environment, pace } = load;
  const simulation = played(load);
  const plan = { warmWriteUnits: WARM_WRITE_UNITS, testSeconds: load.seconds };
  const planned = capacityPlan(environment, profileOf(load), plan).first.ordersPerSecond;
  if (pace.from !== pace.to) return onsets(load, engine, simulation, planned);
  return pace.from < planned ? kept(engine, simulation) : overrun(engine, simulation, planned);
}

function kept({ lagSeconds }: UnderLoad, simulation: Simulation): Near[] {
  return (['p50', 'p99'] as const).map((share) => ({
    ...{ what: `lag ${share}`, ours: lagSeconds[share], unit: 's' },
    ...{ value: simulation.lagSeconds[share], by: 'simulated' },
  }));
}

/** Above the limit the turns in which the pipe's lanes try again decide whose lag is long; its mean, what is carried and
 * what waits they do not touch. */
function overrun(engine: UnderLoad, simulation: Simulation, planned: number): Near[] {
  const [ours, theirs] = [engine.lagSeconds, simulation.lagSeconds].map(
    ({ p50, p99 }) => `p50 ${p50.toFixed(1)} s, p99 ${p99.toFixed(1)} s`,
  );
  const atTheEnd = simulation.moments.findLast(({ ordersPerSecond }) => ordersPerSecond > 0);
  const waiting = (atTheEnd?.stream ?? 0) + (atTheEnd?.pipe ?? 0);
  return [
    {
      ...{ what: 'lag, mean', ours: engine.lagSeconds.mean, unit: 's' },
      ...{ value: simulation.lagSeconds.mean, by: 'simulated', note: `${ours}; simulated ${theirs}` },
    },
    { what: 'waiting at the end', ours: engine.waiting, unit: 'changes', value: waiting, by: 'simulated' },
    {
      ...{ what: 'Kinesis takes', ours: engine.carriedPerSecond / LIFE.changesAnOrder, unit: 'orders/s' },
      ...{ value: planned, by: 'planned' },
    },
  ];
}

function onsets(load: Load, engine: UnderLoad, simulation: Simulation, planned: number): Near[] {
  const rateAt = (refused: readonly number[]): number => {
    const second = onsetSecond(refused.slice(0, load.seconds)) ?? Number.NaN;
    return curveOf(load)(second);
  };
  const ours = rateAt(engine.refused);
  const what = 'Kinesis begins to refuse';
  const refused = simulation.moments.map(({ throttledPerSecond }) => throttledPerSecond.kinesis);
  return [
    { what, ours, unit: 'orders/s', value: rateAt(refused), by: 'simulated' },
    { what, ours, unit: 'orders/s', value: planned, by: 'planned', note: 'a shard saves up a second' },
  ];
}

function curveOf({ pace: { from, to }, seconds }: Load): (second: number) => number {
  return (second) => from + ((to - from) * second) / seconds;
}

function played(load: Load): Simulation {
  return simulate({
    ...{ environment: load.environment, profile: profileOf(load), curve: curveOf(load) },
    ...{ life: LIFE, warmWriteUnits: WARM_WRITE_UNITS, timings: ENGINE_TIMINGS },
    ...{ hotShare: 0, seed: 1 },
  });
}

function profileOf({ what, pace: { from, to }, seconds }: Load): Profile {
  return {
    ...{ name: what, ordersPerSecondAverage: (from + to) / 2, ordersPerSecondPeak: to },
    ...{ hours: seconds / 3_600, derivation: '', sources: [] },
  };
}
