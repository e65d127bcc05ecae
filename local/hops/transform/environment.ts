/** What a function finds in its environment: the variables that Lambda sets, and the stack's own. */

import type { Ports } from '../../ports.ts';
import type { Bundle } from './bundle.ts';
import type { FunctionConfig } from './config.ts';
import { LATEST } from './function-reference.ts';
import type { WorkerSetting } from './worker.ts';

export type EnvironmentSetting = { setting: WorkerSetting; env: Record<string, string> };

/** https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime */
export function environmentOf(config: FunctionConfig, bundle: Bundle, ports: Ports): EnvironmentSetting {
  const date = new Date(ports.clock.now()).toISOString().slice(0, 10).replaceAll('-', '/');
  const logStream = `${date}/[${LATEST}]${ports.chance.bytes(16).toString('hex')}`;
  const credentials = ports.credentials(config.role, config.name);
  const setting = {
    taskRoot: bundle.taskRoot,
    handler: config.handler,
    functionName: config.name,
    memoryMb: config.memoryMb,
    logGroup: config.log.group,
    logStream,
    logFormat: config.log.format,
    logLevel: config.log.applicationLevel,
  };
  const env = {
    AWS_ENDPOINT_URL: ports.endpoint(),
    LANG: 'en_US.UTF-8',
    PATH: '/usr/local/bin:/usr/bin:/bin',
    TZ: ':UTC',
    ...config.variables,
    _HANDLER: config.handler,
    AWS_REGION: ports.region,
    AWS_DEFAULT_REGION: ports.region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_SESSION_TOKEN: credentials.sessionToken,
    AWS_EXECUTION_ENV: `AWS_Lambda_${config.runtime}`,
    AWS_LAMBDA_FUNCTION_NAME: config.name,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(config.memoryMb),
    AWS_LAMBDA_FUNCTION_VERSION: LATEST,
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: config.log.group,
    AWS_LAMBDA_LOG_STREAM_NAME: logStream,
    LAMBDA_TASK_ROOT: bundle.taskRoot,
  };
  return { setting, env };
}
