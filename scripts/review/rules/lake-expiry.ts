/** S3 deletes files by their age, or moves them where Athena cannot read them. */

import type { Json, JsonObject, ResourceChange } from '../../terraform/plan-json.ts';
import { bucketWord } from '../bucket.ts';
import { cannotTell, isObject, objects, set, UNKNOWN, type Unknown, was, willBe } from '../change.ts';
import type { Remark, Rule } from '../rule.ts';

/** https://docs.aws.amazon.com/athena/latest/ug/querying-glacier.html */
const UNREAD_CLASSES = new Set(['GLACIER', 'DEEP_ARCHIVE']);

/** What of a rule is read here. */
const READ = [
  'status',
  'filter.0.prefix',
  'expiration.0.days',
  'expiration.0.date',
  'noncurrent_version_expiration.0.noncurrent_days',
  'transition.0.storage_class',
];

/** A span of keys and when what lies there goes; infinite is never. */
type Span = {
  prefix: string;
  /** Only objects of a tag or a size: such a rule does not say when all of them go. */
  limited: boolean;
  days: number;
  noncurrentDays: number;
  archiveDays: number;
};

export const LAKE_EXPIRY: Rule = {
  name: 'lake-expiry',
  looksAt:
    'The lifecycle of the buckets: files deleted sooner, or moved to a class that Athena does not read.',
  types: ['aws_s3_bucket_lifecycle_configuration', 'aws_s3_bucket'],
  judge(change, plan) {
    if (change.action === 'delete') return [];
    if (change.type === 'aws_s3_bucket') return inline(change);
    // A new bucket has nothing yet that could expire.
    const named = willBe(change, 'bucket');
    const newBucket = plan.changes.some(
      ({ type, action, after }) =>
        type === 'aws_s3_bucket' &&
        action === 'create' &&
        (named === UNKNOWN ? change.action === 'create' : after?.['bucket'] === named),
    );
    if (newBucket) return [];
    const bucket = String(named === UNKNOWN ? was(change, 'bucket') : named);
    const after = spans(willBe(change, 'rule'));
    if (after === UNKNOWN || hasUnknown(change)) return [cannotTell('When S3 deletes files', 'block')];
    const before = spans(was(change, 'rule'));
    return after.flatMap((span) => sooner(span, before === UNKNOWN ? [] : before, bucket));
  },
};

/** The bucket's own, deprecated argument, beside the resource that this repository uses: the two undo each other. */
function inline(change: ResourceChange): Remark[] {
  const turn = set(change, 'lifecycle_rule');
  if (!turn || turn.to === UNKNOWN || objects(turn.to).length === 0) return [];
  return [
    {
      severity: 'block',
      sentence:
        'The bucket has a lifecycle_rule of its own, beside its lifecycle configuration. Each apply of the one undoes the other, and files may be deleted by whichever came last.',
      nextStep:
        'Write the rule into the lifecycle configuration, where it is compared with the one of before.',
    },
  ];
}

function sooner(span: Span, before: readonly Span[], bucket: string): Remark[] {
  const covering = before.filter(({ prefix, limited }) => !limited && span.prefix.startsWith(prefix));
  const least = (read: (each: Span) => number) => Math.min(Number.POSITIVE_INFINITY, ...covering.map(read));
  const what = `under ${span.prefix === '' ? 'the whole bucket' : span.prefix}`;
  const { severity, files } = bucketWord(bucket, span.prefix);
  const remarks: Remark[] = [];
  const days = least((each) => each.days);
  if (span.days < days)
    remarks.push({
      severity,
      sentence: `S3 deletes ${files} ${what} after ${span.days} days instead of ${told(days)}: what is older goes within a day or two of the apply, and the views lose it.`,
      nextStep: 'Ask who still reads what is older; copy it away first, or leave the days.',
    });
  const noncurrent = least((each) => each.noncurrentDays);
  if (span.noncurrentDays < noncurrent && span.noncurrentDays < days)
    remarks.push({
      severity: severity === 'note' ? 'note' : 'warn',
      sentence: `What was deleted or overwritten ${what} can be brought back for ${span.noncurrentDays} days instead of ${told(noncurrent)}.`,
      nextStep: 'Make sure that nobody is about to bring something back.',
    });
  if (span.archiveDays < least((each) => each.archiveDays))
    remarks.push({
      severity,
      sentence: `S3 moves ${files} ${what} to an archive after ${span.archiveDays} days. Athena passes over archived files without a word: the views lose those orders.`,
      nextStep: 'Use STANDARD_IA or GLACIER_IR, which Athena reads.',
    });
  return remarks;
}

function spans(rules: Json | Unknown): Span[] | Unknown {
  if (rules === UNKNOWN) return UNKNOWN;
  return objects(rules)
    .filter(({ status }) => status !== 'Disabled')
    .map((rule) => ({
      prefix: prefixOf(rule),
      limited: isLimited(rule),
      days: expiryDays(rule),
      noncurrentDays: number(objects(rule['noncurrent_version_expiration'])[0]?.['noncurrent_days']),
      archiveDays: Math.min(
        Number.POSITIVE_INFINITY,
        ...objects(rule['transition'])
          .filter((transition) => UNREAD_CLASSES.has(String(transition['storage_class'])))
          .map((transition) => number(transition['days'], 0)),
      ),
    }));
}

function prefixOf(rule: JsonObject): string {
  const filter = objects(rule['filter'])[0];
  const both = objects(filter?.['and'])[0];
  return String(both?.['prefix'] ?? filter?.['prefix'] ?? rule['prefix'] ?? '');
}

function isLimited(rule: JsonObject): boolean {
  const filter = objects(rule['filter'])[0] ?? {};
  const both = objects(filter['and'])[0] ?? {};
  return [filter, both].some(
    (part) =>
      Object.keys(isObject(part['tags']) ? part['tags'] : {}).length > 0 ||
      objects(part['tag']).length > 0 ||
      number(part['object_size_greater_than'], 0) > 0 ||
      number(part['object_size_less_than'], 0) > 0,
  );
}

/** A date expires what there is on that day, however young: that counts as at once. */
function expiryDays(rule: JsonObject): number {
  const expiration = objects(rule['expiration'])[0];
  if (!isObject(expiration)) return Number.POSITIVE_INFINITY;
  if (typeof expiration['date'] === 'string' && expiration['date'] !== '') return 0;
  const days = number(expiration['days']);
  return days === 0 ? Number.POSITIVE_INFINITY : days;
}

function hasUnknown(change: ResourceChange): boolean {
  return objects(willBe(change, 'rule')).some((_, index) =>
    READ.some((part) => willBe(change, `rule.${index}.${part}`) === UNKNOWN),
  );
}

function number(value: Json | undefined, absent = Number.POSITIVE_INFINITY): number {
  return typeof value === 'number' ? value : absent;
}

function told(days: number): string {
  return days === Number.POSITIVE_INFINITY ? 'never' : String(days);
}
