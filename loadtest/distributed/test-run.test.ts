import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parse } from 'yaml';
import { bundleProfile } from '../../scripts/load/bundle.ts';
import { readSettings } from '../settings.ts';

type Manifest = {
  kind: string;
  spec: { runner: { env: { name: string; value: string }[] }; [name: string]: unknown };
};

const text = readFileSync(new URL('test-run.yaml', import.meta.url), 'utf8');
const manifest = parse(text) as Manifest;

const object = (properties: Record<string, unknown>, required: string[] = []) => ({
  type: 'object',
  additionalProperties: false,
  properties,
  required,
});
const string = { type: 'string' };
const quantities = object({
  cpu: { type: ['string', 'integer'] },
  memory: { type: ['string', 'integer'] },
});

/** The fields of the operator's CustomResourceDefinition that a run of ours may use, with its types and its required
 * ones; Kubernetes prunes what the definition does not name, so an unknown field would be ignored in silence.
 * https://github.com/grafana/k6-operator/blob/main/config/crd/bases/k6.io_testruns.yaml */
const TEST_RUN = object(
  {
    apiVersion: { const: 'k6.io/v1alpha1' },
    kind: { const: 'TestRun' },
    metadata: object({ name: { type: 'string', pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?$' } }, ['name']),
    spec: object(
      {
        arguments: string,
        cleanup: { enum: ['post'] },
        parallelism: { type: 'integer' },
        separate: { type: 'boolean' },
        script: object({ configMap: object({ name: string, file: string }, ['name']) }),
        runner: object({
          image: string,
          serviceAccountName: string,
          env: { type: 'array', items: object({ name: string, value: string }, ['name']) },
          envFrom: { type: 'array', items: object({ secretRef: object({ name: string }) }) },
          resources: object({ requests: quantities, limits: quantities }),
        }),
      },
      ['parallelism', 'script'],
    ),
  },
  ['apiVersion', 'kind', 'metadata', 'spec'],
);
const valid = new Ajv2020({ allErrors: true, allowUnionTypes: true }).compile(TEST_RUN);

test('the manifest is one that the operator takes', () => {
  assert.ok(valid(manifest), JSON.stringify(valid.errors));
  const typo = { ...manifest, spec: { ...manifest.spec, paralelism: 4 } };
  assert.ok(!valid(typo), 'the schema has gone blind');
  assert.ok(!valid({ ...manifest, spec: { ...manifest.spec, parallelism: '4' } }));
});

test('its variables are those that a run reads, and name one seed for all pods', () => {
  const env = Object.fromEntries(manifest.spec.runner.env.map(({ name, value }) => [name, value]));
  const settings = readSettings('spike', {
    ...env,
    AWS_ACCESS_KEY_ID: 'key',
    AWS_SECRET_ACCESS_KEY: 'secret',
  });
  assert.equal(settings.url, 'https://dynamodb.us-east-2.amazonaws.com/');
  assert.equal(settings.table, 'ordertable-staging');
  assert.equal(settings.profile.peak, 6_000);
  assert.equal(settings.profile.seconds, 600);
  assert.equal(settings.writes, 'batch');
  assert.equal(settings.seed, 1_784_000_000);
});

test('a bundle fits a ConfigMap, and imports nothing but k6', () => {
  const directory = mkdtempSync(join(tmpdir(), 'bundle-'));
  const file = join(directory, 'script.js');
  bundleProfile('spike', file);
  assert.ok(statSync(file).size < 1_048_576);
  const imports = [...readFileSync(file, 'utf8').matchAll(/^import .* from "([^"]+)"/gm)].map(
    ([, module]) => module,
  );
  assert.ok(imports.length > 3);
  assert.deepEqual(
    imports.filter((module) => !/^k6(\/|$)/.test(module ?? '')),
    [],
  );
  rmSync(directory, { recursive: true });
});
