import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { ADMINISTRATOR, type TestPorts, testStack } from '../../testing/ports.ts';
import { deliveryStream } from './config.ts';
import { type DeliveryFixture, deliveryFixture, STREAM_ARN } from './testing.ts';

let open: DeliveryFixture | undefined;
afterEach(async () => {
  await open?.ports.cleanUp();
  open = undefined;
});

function given(directPut: boolean): DeliveryFixture {
  open = deliveryFixture({ directPut, lambda: false });
  return open;
}

function call<O>(ports: TestPorts, operation: string, input: object = {}): Promise<O> {
  return ports.call<O>(ADMINISTRATOR, 'firehose', operation, { DeliveryStreamName: 'd', ...input });
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');

test('a record that is put is delivered, and then forgotten', async () => {
  const f = given(true);
  const { RecordId } = await call<{ RecordId: string }>(f.ports, 'PutRecord', {
    Record: { Data: base64('a\n') },
  });
  assert.match(RecordId, /^\d{56}$/);
  await call(f.ports, 'PutRecordBatch', { Records: [{ Data: base64('b\n') }, { Data: Buffer.from('c\n') }] });
  assert.equal(f.part().status?.(f.ports.store).waiting, 3);
  await f.settle();
  f.ports.clock.advance(60_000);
  assert.deepEqual(await f.step(), { kind: 'delivered', records: 3 });
  assert.deepEqual(f.lines(), ['a', 'b', 'c']);
  f.restart();
  await f.settle();
  assert.equal(f.part().status?.(f.ports.store).waiting, 0);
  assert.equal(f.bucket.size, 1);
});

test('a record of 1,000 KiB and a batch of 500 are taken, one more is refused', async () => {
  const { ports } = given(true);
  const record = (bytes: number) => ({ Record: { Data: Buffer.alloc(bytes) } });
  await call(ports, 'PutRecord', record(1_024_000));
  await assert.rejects(call(ports, 'PutRecord', record(1_024_001)), /less than or equal to 1024000/);
  const records = (count: number) => ({
    Records: Array.from({ length: count }, () => ({ Data: base64('x') })),
  });
  await call(ports, 'PutRecordBatch', records(500));
  await assert.rejects(call(ports, 'PutRecordBatch', records(501)), /less than or equal to 500/);
  await assert.rejects(call(ports, 'PutRecordBatch', { Records: [] }), /greater than or equal to 1/);
});

test('a batch of 4 MiB is taken, one byte more is refused', async () => {
  const { ports } = given(true);
  const parts = [1_000_000, 1_000_000, 1_000_000, 1_000_000, 194_304];
  const batch = (bytes: number[]) => ({ Records: bytes.map((each) => ({ Data: Buffer.alloc(each) })) });
  await call(ports, 'PutRecordBatch', batch(parts));
  await assert.rejects(call(ports, 'PutRecordBatch', batch([...parts, 1])), /4 MB limit/);
});

test('a stream that Kinesis feeds takes no records, and one that is not there is said so', async () => {
  const { ports } = given(false);
  await assert.rejects(call(ports, 'PutRecord', { Record: { Data: '' } }), {
    code: 'InvalidArgumentException',
    message: 'This operation is not permitted on KinesisStreamAsSource delivery stream type.',
  });
  await assert.rejects(call(ports, 'DescribeDeliveryStream', { DeliveryStreamName: 'e' }), {
    code: 'ResourceNotFoundException',
    message: 'Firehose e under account 000000000000 not found.',
  });
});

test('DescribeDeliveryStream and ListDeliveryStreams show what the stack declared; changing it is refused', async () => {
  const { ports } = given(false);
  const { DeliveryStreamDescription: d } = await call<{ DeliveryStreamDescription: Record<string, unknown> }>(
    ports,
    'DescribeDeliveryStream',
  );
  assert.equal(d['DeliveryStreamStatus'], 'ACTIVE');
  assert.equal(d['DeliveryStreamType'], 'KinesisStreamAsSource');
  const [destination] = d['Destinations'] as { ExtendedS3DestinationDescription: Record<string, unknown> }[];
  assert.deepEqual(destination?.ExtendedS3DestinationDescription['BufferingHints'], {
    SizeInMBs: 1,
    IntervalInSeconds: 60,
  });
  assert.deepEqual(await call(ports, 'ListDeliveryStreams'), {
    DeliveryStreamNames: ['d'],
    HasMoreDeliveryStreams: false,
  });
  assert.deepEqual(await call(ports, 'ListDeliveryStreams', { DeliveryStreamType: 'DirectPut' }), {
    DeliveryStreamNames: [],
    HasMoreDeliveryStreams: false,
  });
  await assert.rejects(call(ports, 'UpdateDestination'), /the stack owns/);
});

function configure(s3: Record<string, unknown>) {
  const block = {
    name: 'd',
    destination: 'extended_s3',
    kinesis_source_configuration: [{ kinesis_stream_arn: STREAM_ARN, role_arn: 'r' }],
    extended_s3_configuration: [{ role_arn: 'r', bucket_arn: 'arn:aws:s3:::lake', ...s3 }],
  };
  return testStack({ 'aws_kinesis_firehose_delivery_stream.d': block }).all(deliveryStream)[0];
}

test('what the stack leaves out has AWS’s default', () => {
  const config = configure({});
  assert.equal(config?.bufferBytes, 5 * 1024 * 1024);
  assert.equal(config?.bufferMs, 300_000);
  assert.equal(config?.compression, 'UNCOMPRESSED');
  assert.equal(config?.extension, '');
  assert.equal(configure({ compression_format: 'GZIP' })?.extension, '.gz');
  assert.equal(configure({ compression_format: 'GZIP', file_extension: '.json.gz' })?.extension, '.json.gz');
});

test('a processor that is not enabled does nothing', () => {
  const processors = [
    { type: 'Lambda', parameters: [{ parameter_name: 'LambdaArn', parameter_value: 'f' }] },
  ];
  assert.equal(configure({ processing_configuration: { enabled: false, processors } })?.lambda, undefined);
  const lambda = configure({ processing_configuration: { enabled: true, processors } })?.lambda;
  assert.deepEqual(lambda, { functionArn: 'f', batchBytes: 1024 * 1024, retries: 3 });
});

test('what the engine cannot do, and what AWS would refuse, is an error with its address', () => {
  const address = /aws_kinesis_firehose_delivery_stream\.d\.extended_s3_configuration/;
  const cases: Record<string, unknown>[] = [
    { compression_format: 'Snappy' },
    { s3_backup_mode: 'Enabled' },
    { dynamic_partitioning_configuration: { enabled: true } },
    { data_format_conversion_configuration: { enabled: true } },
    { processing_configuration: { enabled: true, processors: [{ type: 'MetadataExtraction' }] } },
    { processing_configuration: { enabled: true, processors: [{ type: 'Lambda' }] } },
    { buffering_size: 129 },
    { buffering_interval: 901 },
    { prefix: '!{timestamp:yyyy}/' },
    { custom_time_zone: 'Mars/Olympus' },
    { unheard_of: 1 },
  ];
  for (const s3 of cases) assert.throws(() => configure(s3), address, JSON.stringify(s3));
  assert.ok(configure({ buffering_size: 128, buffering_interval: 900 }));
});
