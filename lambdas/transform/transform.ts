/**
 * The transform: a batch of Firehose's records in, one answer for each of them out.
 * `firehose -> [transform] -> firehose -> lake`. An order's change becomes one JSON line (`lake-row.ts`); what cannot
 * is ProcessingFailed, and Firehose keeps the record as it came under `errors/`; one log line says which field and
 * why. Dropped is a record without content, which some producers send as a heartbeat: there is nothing to keep. A change
 * without its image (a stream of another view type) is a fault in the stack, so it fails where someone sees it.
 * It keeps no state between records and calls nothing.
 */

import type {
  FirehoseTransformationEvent,
  FirehoseTransformationEventRecord,
  FirehoseTransformationResult,
  FirehoseTransformationResultRecord,
} from 'aws-lambda';
import { decodeBase64, encodeBase64 } from './base64.ts';
import { type ReadChange, readChange } from './change.ts';
import { Fault, isObject } from './json-text.ts';
import { lakeRow } from './lake-row.ts';

/** A line of the log. It holds an order's id and names of fields, never their values. */
export type LogLine = { level: 'info' | 'warn'; message: string; [detail: string]: unknown };

/**
 * What Lambda lets a function answer. One byte more and the whole call fails; Firehose repeats it three times and
 * then gives up the whole batch. So a record whose row no longer fits fails alone. Rows are smaller than changes:
 * it takes batches larger than the 3 MB that Firehose sends by default.
 * https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
const RESPONSE_BYTES_MAX = 6_291_556;
const ENVELOPE_BYTES = '{"records":[]}'.length;
const ANSWER_BYTES = '{"recordId":"","result":"ProcessingFailed"},'.length;
const DATA_BYTES = ',"data":""'.length;

type Answer =
  | { result: 'Ok'; data: string }
  | { result: 'Dropped' }
  | { result: 'ProcessingFailed'; faults: Fault[]; eventId?: string; orderId?: string };

export function transform(
  event: FirehoseTransformationEvent,
  log: (line: LogLine) => void,
): FirehoseTransformationResult {
  const counts = { Ok: 0, Dropped: 0, ProcessingFailed: 0 };
  let room = RESPONSE_BYTES_MAX - ENVELOPE_BYTES;
  for (const { recordId } of event.records) room -= ANSWER_BYTES + recordId.length;
  const records: FirehoseTransformationResultRecord[] = [];
  for (const record of event.records) {
    const { recordId } = record;
    const answer = fitting(answerOf(record), room);
    const { result } = answer;
    counts[result] += 1;
    if (result === 'Ok') room -= DATA_BYTES + answer.data.length;
    if (result === 'ProcessingFailed') log(failure(event.invocationId, recordId, answer));
    records.push(result === 'Ok' ? { recordId, result, data: answer.data } : { recordId, result });
  }
  log({
    level: 'info',
    message: 'batch transformed',
    invocationId: event.invocationId,
    ok: counts.Ok,
    dropped: counts.Dropped,
    failed: counts.ProcessingFailed,
  });
  return { records };
}

/** Why a record, as Firehose kept it under `errors/`, is no row: the same judgement again. Empty when it is one. */
export function explain(
  data: string,
  arrivedMs: number,
): { orderId?: string; eventId?: string; faults: Fault[] } {
  const answer = answerOf({ recordId: '', data, approximateArrivalTimestamp: arrivedMs });
  return answer.result === 'ProcessingFailed' ? answer : { faults: [] };
}

function answerOf(record: FirehoseTransformationEventRecord): Answer {
  const text = decodeBase64(record.data);
  if (text.trim() === '') return { result: 'Dropped' };
  let change: ReadChange | undefined;
  try {
    const { kinesisRecordMetadata: metadata, approximateArrivalTimestamp } = record;
    change = readChange(parse(text), metadata?.approximateArrivalTimestamp ?? approximateArrivalTimestamp);
    const row = lakeRow(change);
    if (row.kind === 'row') return { result: 'Ok', data: encodeBase64(row.line) };
    return { result: 'ProcessingFailed', faults: row.faults, ...namesOf(change) };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return { result: 'ProcessingFailed', faults: [error], ...namesOf(change) };
  }
}

/** JSON.parse's own sentence quotes the text, and an order's contents do not belong in the log. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Fault('data', 'is not JSON');
  }
}

function namesOf(change: ReadChange | undefined): { eventId?: string; orderId?: string } {
  if (!change) return {};
  const key = change.image['orderid'];
  const orderId = isObject(key) ? key['S'] : undefined;
  return { eventId: change.eventId, ...(typeof orderId === 'string' && { orderId }) };
}

function fitting(answer: Answer, room: number): Answer {
  if (answer.result !== 'Ok' || DATA_BYTES + answer.data.length <= room) return answer;
  const fault = new Fault(
    'data',
    `does not fit into Lambda's response of ${RESPONSE_BYTES_MAX} bytes any more`,
  );
  return { result: 'ProcessingFailed', faults: [fault] };
}

function failure(
  invocationId: string,
  recordId: string,
  { faults, eventId, orderId }: Extract<Answer, { result: 'ProcessingFailed' }>,
): LogLine {
  const reasons = faults.map(({ field, reason }) => ({ field, reason }));
  const message = 'record failed: it lies under errors/ as it came';
  return { level: 'warn', message, invocationId, recordId, eventId, orderid: orderId, faults: reasons };
}
