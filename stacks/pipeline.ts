/**
 * The table of contents: the nine hops, wired in the data's order, and what stands beside them. One environment is
 * one Terraform stack. Nothing here knows a number; they are in environments.ts.
 */

import { DataAwsCallerIdentity } from '@cdktf/provider-aws/lib/data-aws-caller-identity/index.js';
import { AwsProvider } from '@cdktf/provider-aws/lib/provider/index.js';
import { TerraformElement, TerraformOutput, TerraformStack } from 'cdktf';
import type { Construct, Node } from 'constructs';
import { EncryptionKey } from './encryption.ts';
import type { Environment } from './environments.ts';
import { Athena } from './hops/athena.ts';
import { Crawler } from './hops/crawler.ts';
import { Firehose } from './hops/firehose.ts';
import { Kinesis } from './hops/kinesis.ts';
import { Lake } from './hops/lake.ts';
import { Pipe } from './hops/pipe.ts';
import { Stream } from './hops/stream.ts';
import { Table } from './hops/table.ts';
import { Transform } from './hops/transform.ts';
import type { LambdaBundle } from './node-function.ts';
import { Observability } from './observability.ts';
import { PublishViews } from './publish-views.ts';
import type { Setting } from './setting.ts';

export type Lambdas = { transform: LambdaBundle; publishViews: LambdaBundle };

export class Pipeline extends TerraformStack {
  readonly #environment: Environment;

  constructor(scope: Construct, environment: Environment, lambdas: Lambdas) {
    super(scope, environment.name);
    this.#environment = environment;
    new AwsProvider(this, 'aws', {
      region: environment.region,
      defaultTags: [{ tags: { project: 'prime-day-order-pipeline', environment: environment.name } }],
    });
    const setting = this.#setting(environment);

    const table = new Table(this, 'table', setting);
    const stream = new Stream(this, 'stream', table);
    const kinesis = new Kinesis(this, 'kinesis', setting);
    const pipe = new Pipe(this, 'pipe', setting, stream, kinesis);
    const transform = new Transform(this, 'transform', setting, lambdas.transform);
    const lake = new Lake(this, 'lake', setting);
    const firehose = new Firehose(this, 'firehose', setting, kinesis, transform, lake);
    const crawler = new Crawler(this, 'crawler', setting, lake);
    const athena = new Athena(this, 'athena', setting);

    const publishViews = new PublishViews(
      this,
      'publish_views',
      setting,
      crawler,
      athena,
      lambdas.publishViews,
    );
    const names = {
      table: table.resource.name,
      pipe: pipe.name,
      deadLetters: pipe.deadLetters.name,
      stream: kinesis.stream.name,
      deliveryStream: firehose.name,
      transform: transform.name,
      publishViews: publishViews.name,
      crawler: crawler.name,
      workgroup: athena.workgroup.name,
    };
    if (environment.alarms !== 'none') {
      const { topic } = new Observability(this, 'observability', setting, environment.alarms, names);
      this.#output('alarm_topic_arn', 'Subscribe to it to be woken.', topic.arn);
    }
    this.#output('table_name', 'Orders are put here.', names.table);
    this.#output('dead_letters_url', 'Changes on which the pipe gave up.', pipe.deadLetters.url);
    this.#output('stream_name', 'The Kinesis stream of changes.', names.stream);
    this.#output('delivery_stream_name', 'The Firehose stream to the lake.', names.deliveryStream);
    this.#output('lake_bucket', 'The bucket of orders/ and errors/.', lake.bucket.bucket);
    this.#output('crawler_name', 'Start it to query new partitions at once.', names.crawler);
    this.#output('database_name', 'The Glue database of the orders and the views.', crawler.database.name);
    this.#output('workgroup_name', 'The Athena workgroup to ask in.', names.workgroup);
    this.#output('results_bucket', 'The bucket of query results.', athena.results.bucket);
  }

  #setting(environment: Environment): Setting {
    const account = new DataAwsCallerIdentity(this, 'account').accountId;
    if (environment.encryption.kind === 'aws-owned') return { environment, account };
    const key = new EncryptionKey(this, 'key', { environment, account }, environment.encryption);
    return { environment, account, keyArn: key.arn };
  }

  #output(id: string, description: string, value: string): void {
    new TerraformOutput(this, id, { description, value, staticId: true });
  }

  /** `aws_pipes_pipe.pipe`, `aws_iam_role.pipe_role`: the construct's path, without CDKTF's hash, so that a plan can
   * be read and an address survives a change of CDKTF. */
  protected override allocateLogicalId(element: TerraformElement | Node): string {
    const node = TerraformElement.isTerraformElement(element) ? element.node : (element as Node);
    const path = node.scopes.slice(node.scopes.indexOf(this) + 1).map((each) => each.node.id);
    return path.filter((id) => id !== 'Default').join('_');
  }

  /**
   * Where the state lies: in the bucket that `npm run bootstrap` made in the account, encrypted, with a lock file
   * beside it. The bucket and its key are named by the account, which is known only where there are credentials, so the
   * backend is partial and `terraform init` is given both (scripts/terraform/workspace.ts).
   *
   * cdktf 0.21 has no `use_lockfile` and wants a bucket, hence the plain JSON. Without it CDKTF writes a backend of its
   * own that holds this machine's working directory; `local` has none at all, as the laptop's engine keeps no state of
   * Terraform's.
   */
  override toTerraform(): Record<string, unknown> {
    const json = super.toTerraform() as { terraform: { backend?: unknown } };
    delete json.terraform.backend;
    const { name, region } = this.#environment;
    if (name !== 'local')
      json.terraform.backend = {
        s3: { key: 'pipeline.tfstate', region, encrypt: true, use_lockfile: true },
      };
    return json;
  }
}
