/**
 * Turns one DynamoDB change into one flat, validated JSON line:
 *
 *     firehose → [transform] → firehose
 *
 * Firehose calls it and Firehose writes what it answers: it reads no store and writes none, so its role may log and
 * nothing else. Its code is lambdas/transform.
 */

import { Construct } from 'constructs';
import { BASE_NAMES } from '../names.ts';
import { type LambdaBundle, NodeFunction } from '../node-function.ts';
import type { Setting } from '../setting.ts';

export type TransformSettings = {
  memoryMegabytes: number;
  timeoutSeconds: number;
};

export class Transform extends Construct {
  readonly name: string;
  readonly arn: string;
  /** Firehose is given a version with the function, as its console does. */
  readonly latestArn: string;

  constructor(scope: Construct, id: string, setting: Setting, bundle: LambdaBundle) {
    super(scope, id);
    const made = new NodeFunction(this, 'Default', setting, {
      name: BASE_NAMES.transform,
      description: 'One DynamoDB change in, one flat and validated JSON line out.',
      bundle,
      ...setting.environment.transform,
      variables: {},
      statements: [],
    });
    this.name = made.name;
    this.arn = made.function.arn;
    this.latestArn = `${this.arn}:$LATEST`;
  }
}
