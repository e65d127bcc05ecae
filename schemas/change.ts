/**
 * A change of the table as it travels from the stream to the transform: `table -> [stream] -> pipe -> … -> transform`.
 * AWS delivers it in two shapes, which share the images and differ in what surrounds them. The types say what AWS
 * sends; they check nothing: the transform reads a change as unknown JSON.
 */

/** DynamoDB JSON: one member, whose name is the type. Numbers are text, binary is base64. */
export type AttributeValue =
  | { S: string }
  | { N: string }
  | { B: string }
  | { BOOL: boolean }
  | { NULL: true }
  | { SS: string[] }
  | { NS: string[] }
  | { BS: string[] }
  | { L: AttributeValue[] }
  | { M: Image };

export type Image = { [attribute: string]: AttributeValue };

export const CHANGE_NAMES = ['INSERT', 'MODIFY', 'REMOVE'] as const;
export type ChangeName = (typeof CHANGE_NAMES)[number];

type Images = { Keys: Image; NewImage?: Image; OldImage?: Image; SizeBytes?: number };

/**
 * A DynamoDB Streams record as an EventBridge pipe passes it on.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-dynamodb.html
 */
export type StreamChange = {
  eventID: string;
  eventName: ChangeName;
  eventVersion: string;
  eventSource: 'aws:dynamodb';
  eventSourceARN: string;
  awsRegion: string;
  dynamodb: Images & {
    /** Epoch seconds. */
    ApproximateCreationDateTime?: number;
    SequenceNumber: string;
    StreamViewType: 'NEW_AND_OLD_IMAGES' | 'NEW_IMAGE' | 'OLD_IMAGE' | 'KEYS_ONLY';
  };
};

/**
 * The record that Kinesis Data Streams for DynamoDB writes: no sequence number, but a finer time.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/kds.html
 */
export type KinesisChange = {
  eventID: string;
  eventName: ChangeName;
  eventSource: 'aws:dynamodb';
  awsRegion: string;
  tableName: string;
  recordFormat: 'application/json';
  userIdentity: { type: string; principalId: string } | null;
  dynamodb: Images & {
    /** Epoch milliseconds or microseconds, as the table's streaming destination is configured. */
    ApproximateCreationDateTime: number;
    ApproximateCreationDateTimePrecision?: 'MILLISECOND' | 'MICROSECOND';
  };
};
