/**
 * A hop has one name, and that name is a file in every room: its twin on AWS, its twin on the laptop, its page. This
 * rule looks at which files there are, not into them.
 */

import { HOPS } from '../../schemas/hops.ts';

/** Where a hop's files stand; docs/hops is a page for whoever runs it, not for whoever changes it. */
const ROOMS = [
  (hop: string) => `stacks/hops/${hop}.ts`,
  (hop: string) => `local/hops/${hop}/${hop}.ts`,
  (hop: string) => `docs/hops/${hop}.md`,
];

/** Files that a hop lacks, and files in a room of hops that are named after none. */
export function twinFindings(paths: readonly string[]): string[] {
  const there = new Set(paths);
  const names = new Set<string>(HOPS.map(({ name }) => name));
  const missing = [...names].flatMap((hop) =>
    ROOMS.map((room) => room(hop)).filter((path) => !there.has(path)),
  );
  const strangers = paths.filter((path) => {
    const hop = /^(?:stacks|local|docs)\/hops\/([^/.]+)/.exec(path)?.[1];
    return hop !== undefined && !names.has(hop);
  });
  return [
    ...missing.map((path) => `${path} is missing`),
    ...strangers.map((path) => `${path} is named after no hop`),
  ];
}
