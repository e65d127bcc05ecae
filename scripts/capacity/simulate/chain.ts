/**
 * The chain as queues and limits, moved slice by slice of time:
 *
 *     writers → table → stream → pipe → kinesis → firehose and its transform → lake
 *
 * A slice lets as many changes through each hop as the hop takes in that time. What Kinesis refuses stays with the pipe,
 * which has so many batches under way and takes no more: so a full shard holds up the stream. Changes are counted, not
 * made; each cohort remembers when its writer first tried, so that lag is known. Chance and time come from outside.
 */

import type { Environment } from '../../../stacks/environments.ts';
import { partitionsOf } from '../constraints.ts';
import type { OrderLife } from '../order-life.ts';
import { quota } from '../quotas.ts';
import type { Chance } from './chance.ts';
import { createQueue, type Queue } from './queue.ts';
import type { Timings } from './timings.ts';

export const SLICE_SECONDS = 0.25;

export type Backlog = {
  /** Writes that the table has throttled and that are tried again. */
  table: number;
  stream: number;
  /** Under way in the pipe, because a shard had no room. */
  pipe: number;
  /** Read by nobody yet, as the transform has no room. */
  kinesis: number;
  /** Waiting for an object to be due. */
  firehose: number;
};

export type Slice = {
  arrived: number;
  throttled: { table: number; kinesis: number };
  deadLetters: number;
  objects: number;
};

export type Chain = {
  /** Moves on by a slice that ends at `now` seconds; `arriving` changes are written in it. */
  step(now: number, arriving: number, delivered: (lagSeconds: number, count: number) => void): Slice;
  backlog(): Backlog;
};

export type ChainSetting = {
  environment: Environment;
  life: OrderLife;
  warmWriteUnits: number;
  /** Share of the changes that one shard gets beside its part: 0 as the pipe spreads by change. */
  hotShare: number;
  timings: Timings;
};

const MEGABYTE = 1024 ** 2;

export function createChain(setting: ChainSetting, chance: Chance): Chain {
  const table = createTable(setting);
  const pipe = createPipe(setting, chance);
  const firehose = createFirehose(setting);
  const stream = createStream();
  return {
    step(now, arriving, delivered) {
      const refused = table.write(now, arriving, stream);
      const carried = pipe.carry(now, stream, firehose.arrive);
      const objects = firehose.deliver(now, carried.waited, delivered);
      return {
        arrived: arriving,
        throttled: { table: refused, kinesis: carried.throttled },
        deadLetters: carried.deadLetters,
        objects,
      };
    },
    backlog: () => ({
      table: table.waiting(),
      stream: stream.size(),
      pipe: pipe.underWay(),
      ...firehose.backlog(),
    }),
  };
}

/** On demand: what it was warmed to, twice the highest minute of more than half an hour ago, at most what is declared. */
function createTable({ environment, life, warmWriteUnits }: ChainSetting) {
  const unitsAChange = life.writeUnitsAnOrder / life.changesAnOrder;
  const most = Math.min(environment.table.writeUnitsPerSecondMax, quota('table-write-units'));
  const waiting = createQueue();
  let warm = Math.max(warmWriteUnits, quota('table-new-write-units'));
  let minute = 0;
  let unitsInMinute = 0;
  /** Minutes that would let it grow and do not count yet. */
  let peaks: { minute: number; units: number }[] = [];
  let units = Math.min(warm, most);
  return {
    waiting: () => waiting.size(),
    /** Answers how many of this slice's writes were throttled. */
    write(now: number, arriving: number, stream: Stream): number {
      if (Math.floor(now / 60) > minute) {
        if (2 * (unitsInMinute / 60) > warm) peaks.push({ minute, units: unitsInMinute / 60 });
        minute = Math.floor(now / 60);
        unitsInMinute = 0;
        const counts = (peak: { minute: number }) => peak.minute + quota('table-growth-minutes') < minute;
        for (const { units } of peaks.filter(counts)) warm = Math.max(warm, 2 * units);
        peaks = peaks.filter((peak) => !counts(peak));
      }
      const serves = Math.min(warm, most);
      units += serves * SLICE_SECONDS;
      const before = waiting.size();
      // What comes in a slice comes in its middle, on average.
      waiting.put(now - SLICE_SECONDS / 2, arriving);
      const taken = waiting.take(Math.floor(units / unitsAChange), (at, count) => stream.put(now, at, count));
      // What a partition has left over it saves for a second at most.
      units = Math.min(serves, units - taken * unitsAChange);
      unitsInMinute += taken * unitsAChange;
      return Math.max(0, Math.min(arriving, before + arriving - taken));
    },
  };
}

/** A change's age in the stream is not its writer's wait: what the table throttled comes to the stream late. */
function createStream() {
  const changes = createQueue();
  const entered = createQueue();
  return {
    size: changes.size,
    put(now: number, at: number, count: number): void {
      changes.put(at, count);
      entered.put(now, count);
    },
    take(count: number, each: (at: number, count: number) => void): void {
      entered.take(changes.take(count, each), () => undefined);
    },
    /** Lets go of what came before that moment, and says how much it was. */
    expire(before: number): number {
      return changes.take(entered.forget(before), () => undefined);
    },
  };
}

type Stream = ReturnType<typeof createStream>;

function createPipe({ environment, life, warmWriteUnits, hotShare, timings }: ChainSetting, chance: Chance) {
  const { pipe, kinesis } = environment;
  const lanes = Math.min(partitionsOf(warmWriteUnits) * pipe.parallelBatches, quota('pipe-executions'));
  const underWayMax = lanes * pipe.batchRecords;
  const perSlice = (underWayMax / timings.pipeBatch) * SLICE_SECONDS;
  const shards = createShards(kinesis.shards, life, hotShare, chance);
  return {
    underWay: () => shards.pending(),
    carry(now: number, stream: Stream, arrive: (at: number, count: number) => void) {
      const deadLetters = stream.expire(now - pipe.recordAgeSeconds);
      // A batch that is not full waits for its window; what waits longer than the window fills it.
      const rate = Math.max(1, stream.size() / SLICE_SECONDS / lanes);
      const waited = Math.min(pipe.batchWindowSeconds, pipe.batchRecords / rate) + timings.pipeBatch;
      const room = Math.max(0, Math.min(perSlice, underWayMax - shards.pending()));
      stream.take(Math.floor(room), shards.spread);
      return { throttled: shards.put(arrive), deadLetters, waited };
    },
  };
}

/** Shards with a second's burst each, and before each of them what it had no room for yet. */
function createShards(shards: number, life: OrderLife, hotShare: number, chance: Chance) {
  const perSecond = Math.min(quota('shard-records'), quota('shard-write-bytes') / life.changeBytes);
  const left = new Float64Array(shards).fill(perSecond);
  const waiting = Array.from({ length: shards }, createQueue);
  const fresh = new Float64Array(shards);
  let pending = 0;
  return {
    pending: () => pending,
    /** Each change falls to a shard by the hash of its key. */
    spread(at: number, count: number): void {
      let rest = count;
      let shareLeft = 1;
      for (let shard = 0; shard < shards && rest > 0; shard++) {
        const share = (1 - hotShare) / shards + (shard === 0 ? hotShare : 0);
        const part = shard === shards - 1 ? rest : chance.share(rest, share / shareLeft);
        (waiting[shard] as Queue).put(at, part);
        fresh[shard] = (fresh[shard] as number) + part;
        rest -= part;
        shareLeft -= share;
      }
      pending += count;
    },
    /** Answers how many changes were refused at their first try. */
    put(taken: (at: number, count: number) => void): number {
      let throttled = 0;
      for (let shard = 0; shard < shards; shard++) {
        const queue = waiting[shard] as Queue;
        const tokens = (left[shard] as number) + perSecond * SLICE_SECONDS;
        const put = queue.take(Math.floor(tokens), taken);
        left[shard] = Math.min(perSecond, tokens - put);
        pending -= put;
        throttled += Math.min(queue.size(), fresh[shard] as number);
        fresh[shard] = 0;
      }
      return throttled;
    },
  };
}

/**
 * Reads, transforms in batches, and writes an object when it is full or its oldest change has waited for long. A batch
 * is transformed when it is full or has gathered for its time; where it has none, when the object is due.
 */
function createFirehose({ environment, life, timings }: ChainSetting) {
  const { firehose, kinesis } = environment;
  const { aRecord, aCall } = timings.transform;
  const batchRecords = (firehose.transformBufferMegabytes * MEGABYTE) / life.changeBytes;
  const calls = Math.min(kinesis.shards * quota('transform-calls-a-shard'), quota('lambda-executions'));
  const perSlice = (calls * batchRecords * SLICE_SECONDS) / (batchRecords * aRecord + aCall);
  const objectRecords = (firehose.bufferMegabytes * MEGABYTE) / life.rowBytes;
  const flushes = firehose.transformBufferSeconds === 0;
  const reading = createQueue();
  const gathering = createQueue();
  const object = createQueue();
  /** Since when the next object's changes have waited for it. */
  const waiting = createQueue();
  let gathersSince = 0;
  let callSeconds = 0;

  function transform(now: number, count: number): void {
    if (count === 0) return;
    const transformed = gathering.take(count, object.put);
    callSeconds = transformed * aRecord + aCall;
    if (!flushes) waiting.put(now, transformed);
  }

  function gather(now: number): void {
    if (gathering.size() === 0) gathersSince = now;
    const read = reading.take(Math.floor(perSlice), gathering.put);
    // The first of a slice's changes come as it begins.
    if (flushes) waiting.put(now - SLICE_SECONDS, read);
    while (gathering.size() >= batchRecords) {
      transform(now, Math.ceil(batchRecords));
      gathersSince = now;
    }
    if (!flushes && now - gathersSince >= firehose.transformBufferSeconds) transform(now, gathering.size());
  }

  const due = (now: number): boolean =>
    now - (waiting.oldest() ?? Number.POSITIVE_INFINITY) >= firehose.bufferSeconds;

  return {
    backlog: () => ({ kinesis: reading.size(), firehose: gathering.size() + object.size() }),
    arrive: reading.put,
    /** `waited` is what the pipe's batches took; the waits that are no queue's are added when the object is put. */
    deliver(now: number, waited: number, delivered: (lagSeconds: number, count: number) => void): number {
      gather(now);
      let objects = 0;
      while (object.size() >= objectRecords || due(now)) {
        if (flushes && due(now)) transform(now, gathering.size());
        // A change waits for half the time between two reads of its shard, on average.
        const ends = now + waited + timings.firehoseRead / 2 + callSeconds + timings.objectPut;
        const put = object.take(Math.ceil(objectRecords), (at, count) => delivered(ends - at, count));
        waiting.take(put, () => undefined);
        objects++;
      }
      return objects;
    },
  };
}
