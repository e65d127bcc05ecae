/**
 * Sequence numbers of the two kinds of stream, made from a log's offset: decimal digits that grow with it, of one
 * width, so that they also sort as text. AWS says only that they are digits that increase within a shard: DynamoDB
 * Streams' have 21 to 40 (API_streams_StreamRecord), Kinesis' up to 128 and in practice 56 (API_Record).
 */

export const STREAM_SEQUENCE_DIGITS = 27;
export const KINESIS_SEQUENCE_DIGITS = 56;

export function sequenceNumber(offset: number, digits: number): string {
  return `4${String(offset + 1).padStart(digits - 1, '0')}`;
}

/** The offset that `sequenceNumber` was made from; undefined for text that is no sequence number of that width. */
export function offsetOf(sequence: string, digits: number): number | undefined {
  if (sequence.length !== digits || !/^4\d+$/.test(sequence)) return undefined;
  const offset = Number(sequence.slice(1)) - 1;
  return Number.isSafeInteger(offset) && offset >= 0 ? offset : undefined;
}
