/**
 * The sections that say where a plan speaks to: `terraform` (the providers, the backend) and `provider`. Here every key
 * and value is compared with the one that is meant: an endpoint, a profile, a role or a proxy would send credentials or
 * state elsewhere, and another backend would plan against another state.
 */

import type { Finding } from '../finding.ts';
import type { Json, JsonObject } from '../terraform/plan-json.ts';
import { BACKEND, PROVIDER, REGION } from './allowed.ts';
import { bodiesOf, isObject } from './places.ts';
import { refusal, shown } from './refusal.ts';

export function terraformFindings(terraform: Json | undefined): Finding[] {
  if (!isObject(terraform))
    return [refusal('gate-terraform', 'terraform', 'The stack has no terraform section of the known form.')];
  const { required_providers: providers, backend, ...rest } = terraform;
  return [
    ...Object.keys(rest).map((key) =>
      refusal('gate-terraform', `terraform.${key}`, `The terraform section sets "${shown(key)}".`),
    ),
    ...requiredFindings(providers),
    ...backendFindings(backend),
  ];
}

function requiredFindings(providers: Json | undefined): Finding[] {
  const address = 'terraform.required_providers';
  const { name, version, sources } = PROVIDER;
  const wanted = `exactly ${name}: source ${sources[0]}, version ${version}`;
  if (!isObject(providers))
    return [
      refusal('gate-provider', address, `The stack does not require its provider; it must, ${wanted}.`),
    ];
  const { [name]: aws, ...others } = providers;
  const right =
    isObject(aws) &&
    Object.keys(aws).every((key) => key === 'source' || key === 'version') &&
    sources.some((source) => source === aws['source']) &&
    aws['version'] === version;
  return [
    ...Object.keys(others).map((other) =>
      refusal(
        'gate-provider',
        `${address}.${other}`,
        `The stack requires the provider "${shown(other)}", whose program would run with the credentials.`,
      ),
    ),
    ...(right
      ? []
      : [
          refusal(
            'gate-provider',
            `${address}.${name}`,
            `The stack requires ${shown(JSON.stringify(aws) ?? 'no aws')}; it must be ${wanted}.`,
          ),
        ]),
  ];
}

function backendFindings(backend: Json | undefined): Finding[] {
  const no = (place: string, sentence: string) =>
    refusal('gate-backend', ['terraform.backend', place].filter(Boolean).join('.'), sentence);
  if (!isObject(backend))
    return [no('', 'The stack has no backend: its state would lie on the disk of whoever plans.')];
  const { s3, ...others } = backend;
  const found = Object.keys(others).map((kind) => no(kind, `The state would lie in "${shown(kind)}".`));
  if (!isObject(s3)) return [...found, no('s3', 'The stack has no S3 backend of the known form.')];
  const { region, ...rest } = s3;
  if (typeof region !== 'string' || !REGION.test(region))
    found.push(no('s3.region', `The region ${shown(JSON.stringify(region) ?? 'is missing')} is none.`));
  const wanted = new Map<string, Json>(Object.entries(BACKEND));
  for (const key of new Set([...Object.keys(rest), ...wanted.keys()]))
    if (!wanted.has(key)) found.push(no(`s3.${key}`, `The backend sets "${shown(key)}".`));
    else if (rest[key] !== wanted.get(key))
      found.push(no(`s3.${key}`, `The backend's ${key} must be ${JSON.stringify(wanted.get(key))}.`));
  return found;
}

export function providerFindings(provider: Json | undefined): Finding[] {
  if (!isObject(provider)) return [refusal('gate-provider', 'provider', 'The stack configures no provider.')];
  const { aws, ...others } = provider;
  const found = Object.keys(others).map((other) =>
    refusal('gate-provider', `provider.${other}`, `The stack configures the provider "${shown(other)}".`),
  );
  const [body, ...more] = bodiesOf(aws) ?? [];
  if (!body || more.length > 0)
    return [...found, refusal('gate-provider', 'provider.aws', 'The stack must configure aws once.')];
  return [
    ...found,
    ...Object.entries(body).flatMap(([key, value]) => providerArgument(key, value)),
    ...('region' in body ? [] : [refusal('gate-provider', 'provider.aws.region', 'No region is set.')]),
  ];
}

function providerArgument(key: string, value: Json): Finding[] {
  const address = `provider.aws.${key}`;
  const no = (sentence: string) => [refusal('gate-provider', address, sentence)];
  switch (key) {
    case 'region':
      return typeof value === 'string' && REGION.test(value) ? [] : no('The region is none.');
    case 'default_tags':
      return plainTags(value) ? [] : no('The default tags must be plain texts.');
    default:
      return no(`The provider sets "${shown(key)}"; it may set ${PROVIDER.arguments.join(' and ')}.`);
  }
}

function plainTags(value: Json): boolean {
  const plain = (body: JsonObject): boolean => {
    const { tags, ...rest } = body;
    if (Object.keys(rest).length > 0 || !isObject(tags)) return false;
    return Object.values(tags).every((tag) => typeof tag === 'string' && !/[$%]\{/.test(tag));
  };
  return bodiesOf(value)?.every(plain) ?? false;
}
