/**
 * Reads a change of the table from either of AWS's two shapes (schemas/change.ts) and says what they tell in
 * different ways: when it happened, and its place among the changes of its order.
 *
 * Kinesis Data Streams for DynamoDB gives no sequence number. AWS says that its records may come out of order and
 * that their creation time tells the order, so the stand-in is that time in microseconds (16 digits) followed by the
 * record's arrival in Kinesis in milliseconds (13 digits), which decides between changes of the same creation time
 * as well as anything can. The two shapes' numbers do not compare: one lake takes one of them.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/kds.html
 */

import { CHANGE_NAMES, type ChangeName } from '../../schemas/change.ts';
import { Fault, isObject } from './json-text.ts';

export type ReadChange = {
  eventId: string;
  eventName: ChangeName;
  /** RFC 3339, UTC, milliseconds. */
  changedAt: string;
  sequenceNumber: string;
  /** The item after the change, or before it for a REMOVE. */
  image: Record<string, unknown>;
};

/** Epoch seconds stay below this until the year 5138, and so do milliseconds below it a thousandfold. */
const SECONDS_BELOW = 1e11;
const MILLISECONDS_BELOW = SECONDS_BELOW * 1000;
const MICROSECONDS_BELOW = MILLISECONDS_BELOW * 1000;
const MICROSECOND_DIGITS = 16;
const MILLISECOND_DIGITS = 13;

/** `arrivedMs`: when the record came to Kinesis, the change's time where AWS gives none. */
export function readChange(json: unknown, arrivedMs: number): ReadChange {
  if (!isObject(json)) throw new Fault('data', 'is not a JSON object');
  const { eventID: eventId, eventName, dynamodb } = json;
  if (typeof eventId !== 'string' || eventId === '') throw new Fault('eventID', 'is missing');
  if (!isChangeName(eventName)) throw new Fault('eventName', `must be one of ${CHANGE_NAMES.join(', ')}`);
  if (!isObject(dynamodb)) throw new Fault('dynamodb', 'is missing');
  const imageName = eventName === 'REMOVE' ? 'OldImage' : 'NewImage';
  const image = dynamodb[imageName];
  if (!isObject(image))
    throw new Fault(`dynamodb.${imageName}`, 'is missing: the stream must carry NEW_AND_OLD_IMAGES');
  const createdUs = microseconds(dynamodb['ApproximateCreationDateTime'] ?? arrivedMs);
  return {
    eventId,
    eventName,
    changedAt: rfc3339(Math.floor(createdUs / 1000)),
    sequenceNumber: sequenceOf(dynamodb['SequenceNumber'], createdUs, arrivedMs),
    image,
  };
}

function isChangeName(name: unknown): name is ChangeName {
  return name === 'INSERT' || name === 'MODIFY' || name === 'REMOVE';
}

/** The pipe gives seconds, the other shape milliseconds or microseconds as it is configured: told by their size. */
function microseconds(time: unknown): number {
  if (typeof time !== 'number' || !(time >= 0 && time < MICROSECONDS_BELOW))
    throw new Fault('dynamodb.ApproximateCreationDateTime', 'must be an epoch time');
  if (time < SECONDS_BELOW) return Math.round(time * 1e6);
  return time < MILLISECONDS_BELOW ? Math.round(time * 1000) : Math.round(time);
}

let lastMs = -1;
let lastText = '';

/** Remembers its last answer: a batch's changes share their second. */
function rfc3339(ms: number): string {
  if (ms !== lastMs) {
    lastText = new Date(ms).toISOString();
    lastMs = ms;
  }
  return lastText;
}

function sequenceOf(given: unknown, createdUs: number, arrivedMs: number): string {
  if (given === undefined)
    return `${digits(createdUs, MICROSECOND_DIGITS)}${digits(arrivedMs, MILLISECOND_DIGITS)}`;
  if (typeof given !== 'string' || !/^\d{1,40}$/.test(given))
    throw new Fault('dynamodb.SequenceNumber', 'must be 1 to 40 digits');
  return given;
}

function digits(value: number, width: number): string {
  return String(value).padStart(width, '0');
}
