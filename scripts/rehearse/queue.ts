/** The queue of dead letters, which a rehearsal changes and looks at: by Terraform, and by hand past Terraform. */

import {
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  type QueueAttributeName,
  SetQueueAttributesCommand,
} from '@aws-sdk/client-sqs';
import { BASE_NAMES, nameIn } from '../../stacks/names.ts';
import { ENVIRONMENT, type Stage } from './stage.ts';

export async function queueSetting(stage: Stage, name: QueueAttributeName): Promise<string | undefined> {
  const request = { QueueUrl: await queueUrl(stage), AttributeNames: [name] };
  const { Attributes } = await stage.clients.sqs.send(new GetQueueAttributesCommand(request));
  return Attributes?.[name];
}

/** As somebody does in the console. */
export async function setByHand(stage: Stage, name: QueueAttributeName, value: string): Promise<void> {
  const request = { QueueUrl: await queueUrl(stage), Attributes: { [name]: value } };
  await stage.clients.sqs.send(new SetQueueAttributesCommand(request));
}

async function queueUrl({ clients }: Stage): Promise<string> {
  const { QueueUrl } = await clients.sqs.send(
    new GetQueueUrlCommand({ QueueName: nameIn(ENVIRONMENT, BASE_NAMES.deadLetters) }),
  );
  return QueueUrl ?? '';
}
