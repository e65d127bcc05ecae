/**
 * The gate: what a synthesized stack may hold before Terraform sees it in a job that has credentials. The stack is made
 * by a pull request's own code and may be anything that is JSON. `terraform plan` runs provisioners' siblings (data
 * sources, providers, functions that read files) before anyone has approved, so here all is refused that is not listed.
 *
 * It judges form and reach: which providers, types, expressions and files. What a change does to the pipeline is the
 * review's matter, and what a policy grants the permission boundary's. No waiver covers it, and it never runs Terraform.
 *
 * A file is read by `readStack` first, so that there is one reading of it; `gateText` does both.
 */

import type { Finding } from '../finding.ts';
import type { Json, JsonObject } from '../terraform/plan-json.ts';
import {
  ASSET,
  DATA_TYPES,
  DEPTH_MAX,
  FILE_ARGUMENT,
  FILES,
  FINDINGS_MAX,
  FORBIDDEN_KEYS,
  RESOURCE_TYPES,
  SECTIONS,
  SOURCE_IS_NO_FILE,
} from './allowed.ts';
import { dataFindings, movedFindings, outputFindings, removedFindings, resourceFindings } from './blocks.ts';
import { addressOf, type Place, placesIn } from './places.ts';
import { readStack } from './read-stack.ts';
import { refusal, shown } from './refusal.ts';
import { providerFindings, terraformFindings } from './settings.ts';
import { computedIn } from './template.ts';

/** `files` are the paths that lie beside the stack, all of them. */
export function gate(stack: JsonObject, files: readonly string[]): Finding[] {
  const found = [
    ...Object.keys(stack)
      .filter((section) => !SECTIONS.has(section))
      .map((section) =>
        refusal(
          'gate-section',
          section,
          `The stack has a section "${shown(section)}", which it does not need.`,
        ),
      ),
    ...terraformFindings(stack['terraform']),
    ...providerFindings(stack['provider']),
    ...resourceFindings(stack['resource']),
    ...dataFindings(stack['data']),
    ...outputFindings(stack['output']),
    ...movedFindings(stack['moved']),
    ...removedFindings(stack['removed']),
    ...everywhere(stack, files),
    ...files.flatMap(fileFindings),
  ];
  const more = found.length - FINDINGS_MAX;
  if (more <= 0) return found;
  return [
    ...found.slice(0, FINDINGS_MAX),
    refusal('gate-more', 'cdk.tf.json', `There are ${more} more of such findings.`),
  ];
}

/** The gate over a file's text. */
export function gateText(text: string, files: readonly string[]): Finding[] {
  const read = readStack(text);
  return read.kind === 'stack' ? gate(read.stack, files) : read.findings;
}

/** What is refused wherever it stands, comments included: what a parser takes for a comment is its own matter. */
function everywhere(stack: JsonObject, files: readonly string[]): Finding[] {
  return [...placesIn(stack, DEPTH_MAX)].flatMap((place) => [
    ...keyFindings(place),
    ...depthFindings(place),
    ...(typeof place.value === 'string' ? textFindings(place.path, place.value) : []),
    ...fileArgumentFindings(place, files),
  ]);
}

function keyFindings({ path }: Place): Finding[] {
  const key = path.at(-1);
  if (key === undefined) return [];
  const address = addressOf(path);
  const effect = FORBIDDEN_KEYS.get(key.toLowerCase());
  if (effect)
    return [
      refusal(
        'gate-meta',
        address,
        `The stack holds "${shown(key)}" at ${shown(path.join('.'))}: it ${effect}.`,
      ),
    ];
  if (!/^[\x20-\x7e]{1,128}$/.test(key) || key === '__proto__' || /[$%]\{/.test(key))
    return [refusal('gate-key', address, `The key "${shown(key)}" is computed, or not plain ASCII.`)];
  return [];
}

function depthFindings({ path, value }: Place): Finding[] {
  const deep = path.length >= DEPTH_MAX && typeof value === 'object' && value !== null;
  return deep
    ? [refusal('gate-json', addressOf(path), `The stack is nested deeper than ${DEPTH_MAX} levels.`)]
    : [];
}

/** Controls, direction marks and broken characters make a text read otherwise than it is. */
const DECEIVING = /[^\P{Cc}\n\r\t]|[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffd]|\p{Cs}/u;

function textFindings(path: readonly string[], text: string): Finding[] {
  const address = addressOf(path);
  const place = shown(path.join('.'));
  return [
    ...(DECEIVING.test(text)
      ? [refusal('gate-text', address, `The text at ${place} has characters that cannot be seen.`)]
      : []),
    ...computedIn(text).flatMap((computed) => {
      if (computed.kind === 'other')
        return [
          refusal('gate-expression', address, `The string at ${place} computes ${shown(computed.why)}`),
        ];
      const { type, data } = computed;
      return (data ? DATA_TYPES : RESOURCE_TYPES).has(type)
        ? []
        : [refusal('gate-expression', address, `The string at ${place} refers to a "${shown(type)}".`)];
    }),
  ];
}

function fileArgumentFindings({ path, value }: Place, files: readonly string[]): Finding[] {
  const [section, type = ''] = path;
  const key = path.at(-1) ?? '';
  if (section !== 'resource' && section !== 'data') return [];
  if (path.length < 4 || !FILE_ARGUMENT.test(key)) return [];
  if (key === 'source' && SOURCE_IS_NO_FILE.has(type)) return [];
  if (isAssetIn(value, files)) return [];
  return [
    refusal(
      'gate-file-argument',
      addressOf(path),
      `The argument ${shown(key)} opens ${shown(JSON.stringify(value))}; it may open a zip under assets/ that lies beside the stack.`,
    ),
  ];
}

function isAssetIn(value: Json, files: readonly string[]): boolean {
  return typeof value === 'string' && ASSET.test(value) && files.includes(value);
}

/** Terraform reads every .tf, .tfvars and override file in its folder, so nothing else may lie there. */
function fileFindings(path: string): Finding[] {
  if (FILES.has(path) || ASSET.test(path)) return [];
  return [refusal('gate-files', path, 'This file lies beside the stack and is no part of one.')];
}
