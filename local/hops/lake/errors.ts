/**
 * S3's errors with S3's codes, sentences and statuses, as its page lists them:
 * https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
 * Members beside the message become elements of the error's XML.
 */

import { AwsError } from '../../aws-error.ts';

export const noSuchBucket = (bucket: string): AwsError =>
  new AwsError('NoSuchBucket', 'The specified bucket does not exist', 404, { BucketName: bucket });

export const invalidBucketName = (bucket: string): AwsError =>
  new AwsError('InvalidBucketName', 'The specified bucket is not valid.', 400, { BucketName: bucket });

export const noSuchKey = (key: string): AwsError =>
  new AwsError('NoSuchKey', 'The specified key does not exist.', 404, { Key: key });

export const keyTooLong = (members: Record<string, string> = {}): AwsError =>
  new AwsError('KeyTooLongError', 'Your key is too long', 400, members);

export const noSuchUpload = (uploadId: string): AwsError =>
  new AwsError(
    'NoSuchUpload',
    'The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.',
    404,
    { UploadId: uploadId },
  );

export const invalidArgument = (message: string, name: string, value: unknown): AwsError =>
  new AwsError('InvalidArgument', message, 400, { ArgumentName: name, ArgumentValue: String(value) });

export const invalidRequest = (message: string): AwsError => new AwsError('InvalidRequest', message);

/** What a header or member asks for that is not here: never ignored, since the caller counts on it. */
export const notImplemented = (header: string): AwsError =>
  new AwsError('NotImplemented', 'A header you provided implies functionality that is not implemented', 501, {
    Header: header,
  });

export const preconditionFailed = (condition: string): AwsError =>
  new AwsError('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', 412, {
    Condition: condition,
  });

export const invalidRange = (range: string, size: number): AwsError =>
  new AwsError('InvalidRange', 'The requested range is not satisfiable', 416, {
    RangeRequested: range,
    ActualObjectSize: String(size),
  });

export const entityTooLarge = (size: number, bytesMax: number): AwsError =>
  new AwsError('EntityTooLarge', 'Your proposed upload exceeds the maximum allowed size', 400, {
    ProposedSize: String(size),
    MaxSizeAllowed: String(bytesMax),
  });

export const malformedXml = (): AwsError =>
  new AwsError(
    'MalformedXML',
    'The XML you provided was not well-formed or did not validate against our published schema',
  );

export const accessDenied = (): AwsError => new AwsError('AccessDenied', 'Access Denied', 403);

export const internalError = (): AwsError =>
  new AwsError('InternalError', 'We encountered an internal error. Please try again.', 500);
