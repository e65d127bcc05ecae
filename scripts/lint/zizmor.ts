/** What zizmor says of the security of workflows, actions and Dependabot's settings: https://docs.zizmor.sh/audits/ */

import { type Linted, linted, WORKFLOWS } from './linted.ts';
import { output } from './tool.ts';

type Location = {
  symbolic: { key: { Local?: { verbatim_path: string } }; kind: string };
  concrete: { location: { start_point: { row: number } }; feature: string };
};
type Audit = { ident: string; desc: string; url: string; ignored: boolean; locations: Location[] };

/** Offline, so that the same files have the same answer; an ignore in a comment counts for nothing, as waivers have
 * one place. */
const ARGS = [
  '--offline',
  '--no-ignores',
  '--no-exit-codes',
  '--no-config',
  '--quiet',
  '--format',
  'json-v1',
  '.github',
];

export async function zizmor(root: string): Promise<Linted[]> {
  return fromZizmor(await output('zizmor', ARGS, { root, found: [] }));
}

export function fromZizmor(text: string): Linted[] {
  const audits = JSON.parse(text) as Audit[];
  return audits.map(({ ident, desc, url, locations }) => {
    const place = locations.find(({ symbolic }) => symbolic.kind === 'Primary') ?? locations[0];
    const line = (place?.concrete.location.start_point.row ?? 0) + 1;
    return linted(WORKFLOWS, {
      rule: `zizmor-${ident}`,
      address: place?.symbolic.key.Local?.verbatim_path ?? WORKFLOWS,
      sentence: `Line ${line}: ${desc}: ${place?.concrete.feature.trim().split('\n')[0] ?? ''}`,
      nextStep: url,
    });
  });
}
