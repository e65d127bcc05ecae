import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { EngineError } from '../aws-error.ts';
import { parseTemplate } from './expression.ts';
import { readStack } from './read.ts';
import type { ResourceKind } from './stack.ts';

const directory = mkdtempSync(join(tmpdir(), 'stack-'));
after(() => rmSync(directory, { recursive: true }));

type Stream = { name: string; arn: string; note: string | undefined };
const streamKind: ResourceKind<Stream> = {
  type: 'aws_kinesis_stream',
  computed: (block, { region, account }) => ({
    arn: `arn:aws:kinesis:${region}:${account}:stream/${block.string('name')}`,
  }),
  parse: (block) => ({
    name: block.string('name'),
    arn: '',
    note: block.optionalString('note') ?? block.block('nested')?.string('note'),
  }),
};

function stack(content: object, kinds: ResourceKind<unknown>[] = [streamKind]) {
  const path = join(directory, 'cdk.tf.json');
  writeFileSync(path, JSON.stringify({ provider: { aws: [{ region: 'us-east-2' }] }, ...content }));
  return readStack(path, kinds);
}

function refusal(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    assert.ok(error instanceof EngineError, String(error));
    assert.ok(error.nextStep.length > 10);
    return error.message;
  }
  return assert.fail('nothing was refused');
}

test('references to computed and literal attributes resolve, alone and inside text', () => {
  const read = stack({
    resource: {
      aws_kinesis_stream: {
        a: { name: 'first' },
        b: { name: '${aws_kinesis_stream.a.name}-b', note: 'see ${aws_kinesis_stream.a.arn}!' },
      },
    },
  });
  assert.deepEqual(
    read.all(streamKind).map(({ name, note }) => [name, note]),
    [
      ['first', undefined],
      ['first-b', 'see arn:aws:kinesis:us-east-2:000000000000:stream/first!'],
    ],
  );
});

test('variables, locals and data sources resolve', () => {
  const read = stack({
    variable: { suffix: { default: 'x' } },
    locals: { base: 'orders-${var.suffix}' },
    data: {
      aws_caller_identity: { me: {} },
      aws_iam_policy_document: { doc: { statement: { actions: ['s3:GetObject'], resources: ['*'] } } },
    },
    resource: {
      aws_kinesis_stream: {
        a: {
          name: '${local.base}-${data.aws_caller_identity.me.account_id}',
          note: '${data.aws_iam_policy_document.doc.json}',
        },
      },
    },
  });
  const [a] = read.all(streamKind);
  assert.equal(a?.name, 'orders-x-000000000000');
  assert.deepEqual(JSON.parse(a?.note ?? ''), {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: ['s3:GetObject'], Resource: ['*'] }],
  });
});

test('a nested block reads the same as an object and as a list of one', () => {
  for (const nested of [{ note: 'n' }, [{ note: 'n' }]])
    assert.equal(
      stack({ resource: { aws_kinesis_stream: { a: { name: 'a', nested } } } }).all(streamKind)[0]?.note,
      'n',
    );
});

test('an argument that nobody reads is refused with its address, nested ones too', () => {
  const unknown = { resource: { aws_kinesis_stream: { a: { name: 'a', surprise: 1 } } } };
  assert.match(
    refusal(() => stack(unknown).all(streamKind)),
    /^aws_kinesis_stream\.a: .*"surprise"/,
  );
  const nested = { resource: { aws_kinesis_stream: { a: { name: 'a', nested: { note: 'n', more: 1 } } } } };
  assert.match(
    refusal(() => stack(nested).all(streamKind)),
    /aws_kinesis_stream\.a\.nested: .*"more"/,
  );
});

test('an unknown resource type is refused by name, a known inert one is listed with its reason', () => {
  assert.match(
    refusal(() => stack({ resource: { aws_msk_cluster: { m: {} } } })),
    /aws_msk_cluster\.m/,
  );
  const read = stack({ resource: { aws_kms_key: { k: { description: 'd' } } } });
  assert.deepEqual(
    read.inert.map(({ address }) => address),
    ['aws_kms_key.k'],
  );
});

test('an argument that does nothing here is listed where it is declared, and only there', () => {
  const roleKind: ResourceKind<unknown> = { type: 'aws_iam_role', computed: () => ({}), parse: () => ({}) };
  const roles = { a: { permissions_boundary: 'arn' }, b: {} };
  const { inert } = stack({ resource: { aws_iam_role: roles } }, [roleKind]);
  assert.deepEqual(
    inert.map(({ address, argument }) => [address, argument]),
    [['aws_iam_role.a', 'permissions_boundary']],
  );
});

test('a circle, a dangling reference, a function and an attribute nobody computes are refused', () => {
  const one = (name: string) => ({ resource: { aws_kinesis_stream: { a: { name } } } });
  assert.match(
    refusal(() => stack(one('${aws_kinesis_stream.a.name}')).all(streamKind)),
    /circle/,
  );
  assert.match(
    refusal(() => stack(one('${aws_kinesis_stream.gone.arn}')).all(streamKind)),
    /does not hold/,
  );
  assert.match(
    refusal(() => stack(one('${upper("a")}')).all(streamKind)),
    /cannot evaluate/,
  );
  assert.match(
    refusal(() =>
      stack({
        resource: { aws_kinesis_stream: { a: { name: 'a' }, b: { name: '${aws_kinesis_stream.a.color}' } } },
      }).all(streamKind),
    ),
    /does not compute/,
  );
});

test('a file that is missing, is no JSON or has no region says so', () => {
  assert.match(
    refusal(() => readStack(join(directory, 'none.json'), [])),
    /ENOENT/,
  );
  const path = join(directory, 'bad.json');
  writeFileSync(path, 'resource "aws_x" "y" {}');
  assert.match(
    refusal(() => readStack(path, [])),
    /not JSON/,
  );
  writeFileSync(path, '{}');
  assert.match(
    refusal(() => readStack(path, [])),
    /region/,
  );
});

test("JSON that is not Terraform's says what is wanted", () => {
  const path = join(directory, 'other.json');
  for (const text of ['null', '[]', '"x"', '{"resource":[]}', '{"resource":{"aws_x":{"y":null}}}']) {
    writeFileSync(path, text);
    assert.match(
      refusal(() => readStack(path, [])),
      /not Terraform's: it needs "resource"/,
      text,
    );
  }
});

test('two resources of one name are refused, because one would hide the other', () => {
  const twins = { resource: { aws_kinesis_stream: { a: { name: 'same' }, b: { name: 'same' } } } };
  assert.match(
    refusal(() => stack(twins)),
    /aws_kinesis_stream\.a and aws_kinesis_stream\.b are both arn:/,
  );
});

test('text without references survives the template parser whole', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      fc.pre(!text.includes('${') && !text.includes('%{'));
      assert.deepEqual(parseTemplate(text, 'a.b'), [{ kind: 'text', text }]);
    }),
  );
});
