/**
 * The views as a graph: what each reads, how often it comes to read the crawled table, and in which order they are
 * published. It reads sql/ and asks nobody.
 */

import { inOrder, type View } from '../../lambdas/publish-views/dependencies.ts';
import { ORDERS_TABLE } from '../../stacks/names.ts';
import { readSeeds, readViews } from './read-views.ts';

export type LineageNode = {
  name: string;
  kind: 'table' | 'seed' | 'view';
  /** 0 for what reads nothing of ours; else one more than the highest that it reads. */
  level: number;
  /** How often the crawled table is read, through all that this reads: Athena bills each reading. */
  scans: number;
  /** The names that it reads, with how often it names each. */
  reads: Record<string, number>;
  /** What a view answers, as its first comment says. */
  question?: string;
};

/** The graph of sql/ as it stands. */
export async function currentLineage(): Promise<LineageNode[]> {
  return lineage(await readViews(), new Set(readSeeds().map(({ name }) => name)), ORDERS_TABLE);
}

/** In the order in which they can be published, the crawled table first. Throws ViewsError as publishing would. */
export function lineage(views: readonly View[], seeds: ReadonlySet<string>, table: string): LineageNode[] {
  const nodes = new Map<string, LineageNode>([
    [table, { name: table, kind: 'table', level: 0, scans: 1, reads: {} }],
  ]);
  for (const { name, sql, reads, scans } of inOrder(views, table)) {
    const below = [...reads.keys()].map((each) => nodes.get(each)?.level ?? 0);
    const seed = seeds.has(name);
    nodes.set(name, {
      name,
      kind: seed ? 'seed' : 'view',
      level: Math.max(-1, ...below) + 1,
      scans,
      reads: Object.fromEntries([...reads].sort(([a], [b]) => (a < b ? -1 : 1))),
      ...(seed ? {} : { question: questionOf(sql) }),
    });
  }
  const order = { table: 0, seed: 1, view: 2 };
  return [...nodes.values()].sort(
    (a, b) => a.level - b.level || order[a.kind] - order[b.kind] || (a.name < b.name ? -1 : 1),
  );
}

/** The first sentence of a view's first comment. */
export function questionOf(sql: string): string {
  const comment = /^(?:--.*\n)*/.exec(sql)?.[0] ?? '';
  const text = comment.replace(/^-- ?/gm, '').replace(/\s+/g, ' ').trim();
  return /^.*?[?.](?= |$)/.exec(text)?.[0] ?? text;
}

export function lineageText(nodes: readonly LineageNode[]): string {
  const width = Math.max(...nodes.map(({ name }) => name.length));
  const levels = [...new Set(nodes.map(({ level }) => level))];
  return levels
    .map((level) =>
      [
        `level ${level}`,
        ...nodes
          .filter((node) => node.level === level)
          .map((node) => `  ${node.name.padEnd(width)}  ${lineOf(node)}`),
      ].join('\n'),
    )
    .join('\n');
}

function lineOf({ name, kind, scans, reads }: LineageNode): string {
  switch (kind) {
    case 'table':
      return 'the crawled table';
    case 'seed':
      return `sql/seeds/${name}.csv`;
    case 'view': {
      const below = Object.entries(reads).map(([each, times]) => (times > 1 ? `${each} ×${times}` : each));
      return `${scansText(scans)}; reads ${below.join(', ') || 'nothing'}`;
    }
  }
}

export function scansText(scans: number): string {
  if (scans === 0) return 'no scan';
  return scans === 1 ? '1 scan' : `${scans} scans`;
}
