/**
 * `npm run errors`: the records that are no orders, with the field and the reason of each. They lie under `errors/` as
 * they came; this reads them through the AWS API, on the laptop and on AWS alike, and changes nothing.
 */

import { FirehoseClient } from '@aws-sdk/client-firehose';
import { S3Client } from '@aws-sdk/client-s3';
import { clientConfig, ENDPOINT_FLAG, ENV_FLAG, reaching } from './clients.ts';
import { flags, run } from './command.ts';
import { EXIT_OK } from './exit-codes.ts';
import { failedRecords } from './failed-records.ts';
import { textTable } from './text-table.ts';

const COLUMNS = ['orderid', 'why'].map((name) => ({ name, type: 'varchar' }));

async function main(): Promise<number> {
  const { env, endpoint, json } = await flags(
    'Shows which records are no orders, and why.\n\nUsage: npm run errors -- [flags]',
  )
    .option('env', ENV_FLAG)
    .option('endpoint', ENDPOINT_FLAG)
    .option('json', { describe: 'print everything as JSON', type: 'boolean', default: false })
    .example('npm run errors', 'on this machine')
    .example('npm run errors -- --env prod --json', 'on AWS')
    .epilogue('Exit codes: 0 told, 64 a flag is wrong or nobody answers.')
    .parseAsync();
  const config = clientConfig(env, endpoint);
  const firehose = new FirehoseClient(config);
  const s3 = new S3Client({ ...config, forcePathStyle: config.endpoint !== undefined });
  const failed = await reaching(config, () => failedRecords(firehose, s3));
  if (json) console.log(JSON.stringify(failed, null, 2));
  else if (failed.count === 0) console.log('No record lies under errors/.');
  else {
    if (failed.refused.length > 0)
      console.log(
        textTable(
          COLUMNS,
          failed.refused.map(({ orderid, why }) => [orderid, why]),
        ),
      );
    for (const { reason, count } of failed.reasons) console.log(`${count} × ${reason}`);
    for (const key of failed.keys) console.log(`in ${key}`);
  }
  return EXIT_OK;
}

await run(main);
