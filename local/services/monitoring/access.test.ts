/** AWS's own client, as a role: who has the right is answered, who lacks it is refused in CloudWatch's words. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CloudWatch } from '@aws-sdk/client-cloudwatch';
import { createApi } from '../../api.ts';
import { systemClock } from '../../clock.ts';
import { createCredentials } from '../../credentials.ts';
import { createIam } from '../../iam/iam.ts';
import { testPorts, testStack } from '../../testing/ports.ts';
import { startServer } from '../../wire/server.ts';
import { monitoring } from './monitoring.ts';

const WATCHER = 'arn:aws:iam::000000000000:role/watcher';
const STACK = testStack({
  'aws_iam_role.watcher': {
    name: 'watcher',
    assume_role_policy: JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } },
      ],
    }),
  },
  'aws_iam_role_policy.watcher': {
    name: 'watch',
    role: 'watcher',
    policy: JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 'cloudwatch:ListMetrics', Resource: '*' }],
    }),
  },
});

test('a role may list metrics and not read them, when its policy says so', async () => {
  const ports = testPorts();
  const { store, region, account, chance, metrics, log } = ports;
  const api = createApi(store, createIam(STACK, { account, region }), () => chance.uuid());
  api.register(monitoring(metrics).open(STACK, ports).operations, []);
  const credentials = createCredentials({ clock: systemClock, chance, account });
  const server = await startServer({
    port: 0,
    api,
    region,
    credentials: credentials.find,
    clock: systemClock,
    chance,
    log,
    bindings: [],
  });
  const cloudwatch = new CloudWatch({
    endpoint: `http://127.0.0.1:${server.port}`,
    region,
    credentials: credentials.issue(WATCHER, 'here'),
    maxAttempts: 1,
  });
  try {
    assert.deepEqual((await cloudwatch.listMetrics({})).Metrics, []);
    const Metric = { Namespace: 'AWS/Kinesis', MetricName: 'IncomingRecords' };
    await assert.rejects(
      cloudwatch.getMetricData({
        StartTime: new Date(0),
        EndTime: new Date(60_000),
        MetricDataQueries: [{ Id: 'a', MetricStat: { Metric, Period: 60, Stat: 'Sum' } }],
      }),
      {
        name: 'AccessDenied',
        message:
          'User: arn:aws:sts::000000000000:assumed-role/watcher/here is not authorized to perform: cloudwatch:GetMetricData because no identity-based policy allows the cloudwatch:GetMetricData action',
      },
    );
  } finally {
    cloudwatch.destroy();
    await server.close();
    await ports.cleanUp();
  }
});
