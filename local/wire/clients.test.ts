/** AWS's own clients for JavaScript, unchanged, against the wire: each protocol, both ways, and its errors. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Athena } from '@aws-sdk/client-athena';
import { CloudWatch, ValidationException } from '@aws-sdk/client-cloudwatch';
import { DynamoDB, ResourceNotFoundException } from '@aws-sdk/client-dynamodb';
import { DynamoDBStreams } from '@aws-sdk/client-dynamodb-streams';
import { EventBridge } from '@aws-sdk/client-eventbridge';
import { Firehose } from '@aws-sdk/client-firehose';
import { Glue } from '@aws-sdk/client-glue';
import { Kinesis } from '@aws-sdk/client-kinesis';
import { ResourceNotFoundException as FunctionNotFound, Lambda } from '@aws-sdk/client-lambda';
import { Pipes } from '@aws-sdk/client-pipes';
import { SQS } from '@aws-sdk/client-sqs';
import { STS } from '@aws-sdk/client-sts';
import { AwsError } from '../aws-error.ts';
import type { Operation, Refusal } from '../ports.ts';
import { identity } from '../services/identity/identity.ts';
import { standIn, testStack } from '../testing/ports.ts';
import { type TestWire, testWire } from './test-wire.ts';

const AT = new Date(1_783_382_400_123);

async function withWire(
  operations: Operation[],
  use: (wire: TestWire) => Promise<void>,
  refusals: Refusal[] = [],
): Promise<void> {
  const wire = await testWire(operations, { refusals });
  try {
    await use(wire);
  } finally {
    await wire.close();
  }
}

function raising(service: Operation['service'], name: string, error: Error): Operation {
  return standIn(service, name, () => {
    throw error;
  });
}

test('DynamoDB: an item travels both ways, and the answer is checked by its checksum', async () => {
  const echo = standIn('dynamodb', 'PutItem', ({ Item }: { Item: unknown }) => ({ Attributes: Item }));
  await withWire([echo], async ({ client }) => {
    const item = { orderid: { S: 'ö-1' }, price: { N: '19.99' }, raw: { B: new Uint8Array([1, 2]) } };
    const { Attributes, $metadata } = await new DynamoDB(client).putItem({ TableName: 't', Item: item });
    assert.deepEqual(Attributes, item);
    assert.match($metadata.requestId ?? '', /^[0-9a-f-]{36}$/);
  });
});

test("DynamoDB: the service's own error, with its members, is the client's typed exception", async () => {
  const lost = new AwsError('ResourceNotFoundException', 'Requested resource not found');
  const failed = new AwsError('ConditionalCheckFailedException', 'The conditional request failed', 400, {
    Item: { orderid: { S: '1' } },
  });
  await withWire(
    [raising('dynamodb', 'GetItem', lost), raising('dynamodb', 'PutItem', failed)],
    async ({ client }) => {
      const dynamodb = new DynamoDB(client);
      await assert.rejects(dynamodb.getItem({ TableName: 't', Key: {} }), (error) => {
        assert.ok(error instanceof ResourceNotFoundException);
        assert.equal(error.message, 'Requested resource not found');
        return true;
      });
      await assert.rejects(dynamodb.putItem({ TableName: 't', Item: {} }), {
        name: 'ConditionalCheckFailedException',
        Item: { orderid: { S: '1' } },
      });
    },
  );
});

test('DynamoDB Streams, told from DynamoDB by its target, hands out times', async () => {
  const records = standIn('dynamodbstreams', 'GetRecords', () => ({
    Records: [{ eventID: '1', dynamodb: { ApproximateCreationDateTime: AT } }],
  }));
  await withWire([records], async ({ client }) => {
    const { Records } = await new DynamoDBStreams(client).getRecords({ ShardIterator: 'i' });
    assert.deepEqual(Records?.[0]?.dynamodb?.ApproximateCreationDateTime, AT);
  });
});

test('CloudWatch: times travel both ways, and its errors are the typed exceptions', async () => {
  const invalid = new AwsError(
    'ValidationException',
    'The parameter EndTime must be greater than StartTime.',
  );
  const denied = new AwsError('AccessDeniedException', 'no');
  const operations = [
    standIn('monitoring', 'GetMetricData', ({ StartTime }: { StartTime: number }) => ({
      MetricDataResults: [{ Id: 'a', Timestamps: [new Date(StartTime * 1_000)], Values: [1.5] }],
    })),
    raising('monitoring', 'ListMetrics', invalid),
    raising('monitoring', 'PutMetricData', denied),
  ];
  await withWire(operations, async ({ client }) => {
    const cloudwatch = new CloudWatch(client);
    const request = { StartTime: AT, EndTime: new Date(), MetricDataQueries: [] };
    const { MetricDataResults } = await cloudwatch.getMetricData(request);
    assert.deepEqual(MetricDataResults, [{ Id: 'a', Timestamps: [AT], Values: [1.5] }]);
    await assert.rejects(cloudwatch.listMetrics({}), (error) => {
      assert.ok(error instanceof ValidationException, String(error));
      assert.equal(error.message, invalid.message);
      return true;
    });
    await assert.rejects(cloudwatch.putMetricData({ Namespace: 'n', MetricData: [] }), {
      name: 'AccessDenied',
      message: 'no',
    });
  });
});

test('Kinesis, to which the client speaks HTTP/2: bytes go in as base64 and come out as bytes', async () => {
  let stored: unknown;
  const put = standIn('kinesis', 'PutRecord', ({ Data }: { Data: string }) => {
    stored = Data;
    return { ShardId: 'shardId-000000000000', SequenceNumber: '1' };
  });
  const get = standIn('kinesis', 'GetRecords', () => ({
    Records: [
      { Data: Buffer.from('order'), PartitionKey: 'k', SequenceNumber: '1', ApproximateArrivalTimestamp: AT },
    ],
    MillisBehindLatest: 0,
  }));
  await withWire([put, get], async ({ client }) => {
    const kinesis = new Kinesis(client);
    await kinesis.putRecord({ StreamName: 's', PartitionKey: 'k', Data: Buffer.from('order') });
    assert.equal(stored, Buffer.from('order').toString('base64'));
    const { Records } = await kinesis.getRecords({ ShardIterator: 'i' });
    assert.equal(Buffer.from(Records?.[0]?.Data ?? []).toString(), 'order');
    assert.deepEqual(Records?.[0]?.ApproximateArrivalTimestamp, AT);
  });
});

test('Firehose, Glue, Athena, EventBridge and SQS reach their operations', async () => {
  const operations = [
    standIn('firehose', 'ListDeliveryStreams', () => ({
      DeliveryStreamNames: ['d'],
      HasMoreDeliveryStreams: false,
    })),
    standIn('glue', 'GetDatabases', () => ({ DatabaseList: [{ Name: 'db', CreateTime: AT }] })),
    standIn('athena', 'StartQueryExecution', () => ({ QueryExecutionId: 'q' })),
    standIn('events', 'ListRules', () => ({ Rules: [{ Name: 'r' }] })),
    standIn('sqs', 'ReceiveMessage', () => ({ Messages: [{ MessageId: 'm', Body: 'dead' }] })),
  ];
  await withWire(operations, async ({ client }) => {
    assert.deepEqual((await new Firehose(client).listDeliveryStreams({})).DeliveryStreamNames, ['d']);
    assert.deepEqual((await new Glue(client).getDatabases({})).DatabaseList?.[0]?.CreateTime, AT);
    assert.equal(
      (await new Athena(client).startQueryExecution({ QueryString: 'SELECT 1' })).QueryExecutionId,
      'q',
    );
    assert.equal((await new EventBridge(client).listRules({})).Rules?.[0]?.Name, 'r');
    const QueueUrl = `${client.endpoint}/000000000000/dead-letters`;
    assert.equal(
      (await new SQS({ ...client, md5: false }).receiveMessage({ QueueUrl })).Messages?.[0]?.Body,
      'dead',
    );
  });
});

test('SQS: a queue that is not there has the code that clients have always known', async () => {
  const gone = new AwsError('QueueDoesNotExist', 'The specified queue does not exist.');
  await withWire([raising('sqs', 'GetQueueUrl', gone)], async ({ client }) => {
    await assert.rejects(new SQS(client).getQueueUrl({ QueueName: 'q' }), {
      name: 'QueueDoesNotExist',
      Code: 'AWS.SimpleQueueService.NonExistentQueue',
    });
  });
});

test('Lambda: a payload goes through as it is, everything else in headers', async () => {
  const seen: Record<string, unknown>[] = [];
  const invoke = standIn('lambda', 'Invoke', (input: Record<string, unknown>) => {
    seen.push(input);
    const payload = Buffer.from(input['Payload'] as Uint8Array);
    return {
      StatusCode: 200,
      FunctionError: 'Unhandled',
      ExecutedVersion: '$LATEST',
      LogResult: 'bG9n',
      Payload: payload,
    };
  });
  await withWire([invoke], async ({ client }) => {
    const FunctionName = 'arn:aws:lambda:us-east-2:000000000000:function:transform';
    const answer = await new Lambda(client).invoke({ FunctionName, LogType: 'Tail', Payload: '{"a":"ö"}' });
    assert.equal(answer.Payload?.transformToString(), '{"a":"ö"}');
    const { FunctionError, ExecutedVersion, LogResult, StatusCode } = answer;
    assert.deepEqual(
      { FunctionError, ExecutedVersion, LogResult, StatusCode },
      {
        FunctionError: 'Unhandled',
        ExecutedVersion: '$LATEST',
        LogResult: 'bG9n',
        StatusCode: 200,
      },
    );
    assert.equal(seen[0]?.['FunctionName'], FunctionName);
    assert.equal(seen[0]?.['LogType'], 'Tail');
  });
});

test('Lambda: what the path, the query and the error say', async () => {
  const operations = [
    standIn('lambda', 'ListFunctions', ({ MaxItems }: { MaxItems: number }) => ({
      Functions: [{ FunctionName: 'f', MemorySize: MaxItems }],
    })),
    raising('lambda', 'GetFunction', new AwsError('ResourceNotFoundException', 'Function not found: f')),
  ];
  const refusal: Refusal = { service: 'lambda', name: 'DeleteFunction', sentence: 'The stack owns it.' };
  await withWire(
    operations,
    async ({ client }) => {
      const lambda = new Lambda(client);
      assert.equal((await lambda.listFunctions({ MaxItems: 7 })).Functions?.[0]?.MemorySize, 7);
      await assert.rejects(lambda.getFunction({ FunctionName: 'f' }), (error) => {
        assert.ok(error instanceof FunctionNotFound);
        assert.equal(error.message, 'Function not found: f');
        assert.equal(error.$metadata.httpStatusCode, 404);
        return true;
      });
      await assert.rejects(lambda.deleteFunction({ FunctionName: 'f' }), { name: 'AccessDeniedException' });
    },
    [refusal],
  );
});

test('Pipes: a pipe is described, listed, started and stopped by its path', async () => {
  const name = ({ Name }: { Name: string }) => ({ Name, CreationTime: AT });
  const operations = [
    standIn('pipes', 'DescribePipe', name),
    standIn('pipes', 'StartPipe', name),
    standIn('pipes', 'StopPipe', name),
    standIn('pipes', 'ListPipes', ({ Limit }: { Limit: number }) => ({ NextToken: `${Limit}`, Pipes: [] })),
  ];
  await withWire(operations, async ({ client }) => {
    const pipes = new Pipes(client);
    assert.deepEqual((await pipes.describePipe({ Name: 'p 1' })).CreationTime, AT);
    assert.equal((await pipes.startPipe({ Name: 'p 1' })).Name, 'p 1');
    assert.equal((await pipes.stopPipe({ Name: 'p 1' })).Name, 'p 1');
    assert.equal((await pipes.listPipes({ Limit: 5 })).NextToken, '5');
  });
});

test('STS: a user and a role session are told who they are', async () => {
  await withWire([], async ({ client, ports, credentials }) => {
    ports.register(identity.open(testStack({}), ports));
    const user = await new STS(client).getCallerIdentity({});
    assert.equal(user.Arn, 'arn:aws:iam::000000000000:user/local');
    assert.equal(user.Account, '000000000000');
    const session = credentials.issue('arn:aws:iam::000000000000:role/pipes/pipe-role', 'pipe');
    const role = await new STS({ ...client, credentials: session }).getCallerIdentity({});
    assert.equal(role.Arn, 'arn:aws:sts::000000000000:assumed-role/pipe-role/pipe');
    assert.match(role.UserId ?? '', /^AROA[0-9A-F]{17}:pipe$/);
  });
});

test('STS: roles are not handed out, and the refusal says what to do', async () => {
  await withWire([], async ({ client, ports }) => {
    ports.register(identity.open(testStack({}), ports));
    const asked = new STS(client).assumeRole({
      RoleArn: 'arn:aws:iam::000000000000:role/r',
      RoleSessionName: 's',
    });
    await assert.rejects(asked, { name: 'AccessDenied', message: /sign with the user key/ });
  });
});

test('an operation that is not there is unknown, in each protocol', async () => {
  await withWire([], async ({ client }) => {
    const unknown = { name: 'UnknownOperationException' };
    await assert.rejects(new DynamoDB(client).listBackups({}), unknown);
    await assert.rejects(new Kinesis(client).describeLimits({}), unknown);
    await assert.rejects(new Lambda(client).listLayers({}), unknown);
    await assert.rejects(new STS(client).getAccessKeyInfo({ AccessKeyId: 'AKIAAAAAAAAAAAAAAAAA' }), {
      name: 'InvalidAction',
      message: 'Could not find operation GetAccessKeyInfo for version 2011-06-15',
    });
  });
});

test('a wrong secret, an unknown key and a wrong region are refused by every protocol', async () => {
  await withWire([], async ({ client }) => {
    const wrong = { ...client, credentials: { accessKeyId: 'local', secretAccessKey: 'guess' } };
    await assert.rejects(new DynamoDB(wrong).listTables({}), { name: 'InvalidSignatureException' });
    await assert.rejects(new Pipes(wrong).listPipes({}), { name: 'InvalidSignatureException' });
    await assert.rejects(new STS(wrong).getCallerIdentity({}), { name: 'SignatureDoesNotMatch' });
    const stranger = { ...client, credentials: { accessKeyId: 'AKIA', secretAccessKey: 'local' } };
    await assert.rejects(new Glue(stranger).getDatabases({}), { name: 'UnrecognizedClientException' });
    await assert.rejects(new DynamoDB({ ...client, region: 'eu-west-1' }).listTables({}), {
      message: "Credential should be scoped to a valid region, not 'eu-west-1'.",
    });
  });
});
