import assert from 'node:assert/strict';
import { test } from 'node:test';
import { create, remove, replace, said, sentences, update } from '../testing.ts';
import { ALARM_TOPIC } from './alarm-topic.ts';

const TOPIC = 'aws_sns_topic.observability_topic';

test('a topic that goes, or is made anew without its subscriptions, is a warning', () => {
  assert.deepEqual(said(ALARM_TOPIC, remove(TOPIC), replace(TOPIC)), [`warn ${TOPIC}`, `warn ${TOPIC}`]);
  assert.match(sentences(ALARM_TOPIC, replace(TOPIC)), /without the subscriptions/);
});

test('a subscription that ends is a warning that names whom it woke', () => {
  const subscription = 'aws_sns_topic_subscription.people';
  const ended = {
    ...create(subscription),
    action: 'delete' as const,
    before: { endpoint: 'oncall@example.com' },
    after: null,
  };
  assert.match(sentences(ALARM_TOPIC, ended), /oncall@example.com/);
});

test('a topic that is made or changed in place is no finding', () => {
  assert.deepEqual(said(ALARM_TOPIC, create(TOPIC), update(TOPIC, { display_name: 'orders' })), []);
});
