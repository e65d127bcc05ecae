/** What the stack says about an Athena workgroup. */

import type { ResourceKind } from '../../stack/stack.ts';

export type WorkGroup = {
  name: string;
  description: string;
  enabled: boolean;
  /** When true the caller's own output location is overruled, as in Athena. */
  enforced: boolean;
  /** `s3://bucket/prefix/`, always with a slash at its end. */
  outputLocation: string | undefined;
  /** A query that reads more is cancelled. */
  scannedBytesMax: number | undefined;
};

export const workGroupKind: ResourceKind<WorkGroup> = {
  type: 'aws_athena_workgroup',
  computed: (block, { account, region }) => ({
    arn: `arn:aws:athena:${region}:${account}:workgroup/${block.string('name')}`,
    id: block.string('name'),
  }),
  parse(block) {
    block.inert('tags', 'force_destroy');
    const configuration = block.block('configuration');
    configuration?.inert('publish_cloudwatch_metrics_enabled', 'requester_pays_enabled');
    if (configuration?.has('execution_role'))
      configuration.refuse('execution_role', 'it is for Spark workgroups, and the engine runs SQL only.');
    const engine = configuration?.block('engine_version')?.optionalString('selected_engine_version');
    if (engine && engine !== 'AUTO' && engine !== 'Athena engine version 3')
      configuration?.refuse('engine_version', 'the SQL dialect here is that of Athena engine version 3.');
    const result = configuration?.block('result_configuration');
    result?.inert('encryption_configuration', 'expected_bucket_owner', 'acl_configuration');
    const location = result?.optionalString('output_location');
    return {
      name: block.string('name'),
      description: block.optionalString('description') ?? '',
      enabled: (block.optionalString('state') ?? 'ENABLED') === 'ENABLED',
      enforced: configuration?.boolean('enforce_workgroup_configuration', true) ?? true,
      outputLocation: location === undefined ? undefined : location.endsWith('/') ? location : `${location}/`,
      scannedBytesMax: configuration?.optionalNumber('bytes_scanned_cutoff_per_query'),
    };
  },
};
