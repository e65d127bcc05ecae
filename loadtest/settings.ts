/**
 * What a k6 run is told, from the environment variables that `npm run load` sets or a person exports: where the table
 * is, with which key, how much load for how long. Without any it is the pipeline on this machine.
 *
 *     AWS_ENDPOINT_URL, AWS_REGION, AWS_ACCESS_KEY_ID, … PEAK, DURATION, WRITES, SEED → [settings]
 */

import { ORIGINAL_SHARE } from './orders.ts';
import { PROFILES, type Profile, type ProfileName, profileOf } from './profile.ts';
import type { Signing } from './sign.ts';

/** `put` writes an order a request, `batch` twenty-five. */
export const WRITES = ['put', 'batch'] as const;
export type Writes = (typeof WRITES)[number];

export type Settings = {
  url: string;
  table: string;
  signing: Signing;
  profile: Profile;
  writes: Writes;
  /** Which orders: names the run. Left to the second in which it begins, if nobody says. */
  seed: number | undefined;
  /** Share of orders with the four original fields alone. */
  originalShare: number;
  /** Where the numbers are written. */
  summaryFile: string | undefined;
};

const LOCAL = { endpoint: 'http://127.0.0.1:4566', key: 'local', table: 'ordertable', region: 'us-east-2' };

/** Throws with a sentence: k6 shows it and does not begin. */
export function readSettings(name: ProfileName, env: Readonly<Record<string, string | undefined>>): Settings {
  const endpoint = env['AWS_ENDPOINT_URL'] || (env['AWS_ACCESS_KEY_ID'] ? undefined : LOCAL.endpoint);
  const region = env['AWS_REGION'] || LOCAL.region;
  const url = (endpoint ?? `https://dynamodb.${region}.amazonaws.com`).replace(/\/+$/, '');
  const [, , host = ''] = /^(https?):\/\/([^/]+)$/.exec(url) ?? [];
  if (!host)
    throw new Error(
      `AWS_ENDPOINT_URL is "${url}"; give an address without a path, such as ${LOCAL.endpoint}.`,
    );
  const sessionToken = env['AWS_SESSION_TOKEN'];
  const usual = PROFILES[name];
  return {
    url: `${url}/`,
    table: env['TABLE'] || LOCAL.table,
    signing: {
      accessKeyId: env['AWS_ACCESS_KEY_ID'] || LOCAL.key,
      secretAccessKey: env['AWS_SECRET_ACCESS_KEY'] || LOCAL.key,
      ...(sessionToken ? { sessionToken } : {}),
      region,
      host,
    },
    profile: profileOf(name, number(env, 'PEAK') ?? usual.peak, seconds(env['DURATION']) ?? usual.seconds),
    writes: writesOf(env['WRITES']),
    seed: number(env, 'SEED'),
    originalShare: ORIGINAL_SHARE,
    summaryFile: env['SUMMARY_FILE'],
  };
}

function number(env: Readonly<Record<string, string | undefined>>, name: string): number | undefined {
  const text = env[name];
  if (!text) return undefined;
  const value = Number(text);
  if (!(value > 0)) throw new Error(`${name} is "${text}"; give a number, such as 200.`);
  return value;
}

const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600 };

function seconds(text: string | undefined): number | undefined {
  if (!text) return undefined;
  const [, count, unit = ''] = /^(\d+(?:\.\d+)?)(s|m|h)$/.exec(text) ?? [];
  const value = Number(count) * (UNITS[unit] ?? Number.NaN);
  if (!(value > 0)) throw new Error(`DURATION is "${text}"; give a number with its unit, such as 30s or 5m.`);
  return value;
}

function writesOf(text: string | undefined): Writes {
  const found = WRITES.find((each) => each === (text || 'put'));
  if (!found) throw new Error(`WRITES is "${text}"; give ${WRITES.join(' or ')}.`);
  return found;
}
