/** A receipt handle: opaque to the client, it names the message and which time it was received. */

import { AwsError } from '../../aws-error.ts';

export type Handle = { arn: string; number: number; receipt: number };

export function writeHandle({ arn, number, receipt }: Handle): string {
  return Buffer.from(JSON.stringify([arn, number, receipt])).toString('base64');
}

export function readHandle(text: unknown): Handle {
  try {
    const [arn, number, receipt] = JSON.parse(Buffer.from(text as string, 'base64').toString()) as unknown[];
    if (typeof arn === 'string' && Number.isSafeInteger(number) && Number.isSafeInteger(receipt))
      return { arn, number: number as number, receipt: receipt as number };
  } catch {}
  throw new AwsError(
    'ReceiptHandleIsInvalid',
    `The input receipt handle "${String(text)}" is not a valid receipt handle.`,
  );
}
