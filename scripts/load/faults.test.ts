import assert from 'node:assert/strict';
import { test } from 'node:test';
import { faultOf } from './faults.ts';

const named = (name: string, message: string, more: object = {}) =>
  Object.assign(new Error(message), { name, ...more });
const told = (error: unknown) => faultOf(error, 'the table ordertable', 'http://127.0.0.1:1')?.message;

test('each mistake before a run is one sentence', () => {
  const cases: [unknown, string][] = [
    [named('TimeoutError', ''), 'Nothing answers at http://127.0.0.1:1 in time.'],
    [
      named('Error', 'ssl3_get_record', { code: 'EPROTO' }),
      'What answers at http://127.0.0.1:1 speaks no HTTPS.',
    ],
    [named('ResourceNotFoundException', 'x'), 'There is no table ordertable here.'],
    [named('ExpiredTokenException', 'It is expired.'), 'AWS refuses the credentials: It is expired.'],
    [
      named('InvalidSignatureException', 'They do not match.\n\nThe canonical string was\n…'),
      'AWS refuses the credentials: They do not match.',
    ],
    [named('AccessDenied', 'no'), 'These credentials may not look at the table ordertable: no'],
    [
      new SyntaxError('<html>'),
      'What answers at http://127.0.0.1:1 is not AWS, nor the pipeline of `npm start`.',
    ],
    [
      named('UnknownError', '', { $response: {} }),
      'What answers at http://127.0.0.1:1 is not AWS, nor the pipeline of `npm start`.',
    ],
  ];
  for (const [error, sentence] of cases) assert.equal(told(error), sentence);
});

test('what is nobody’s mistake stays what it is', () => {
  assert.equal(told(named('InternalServerError', 'oops', { $response: {} })), undefined);
  assert.equal(told(new TypeError('ours')), undefined);
});
