/**
 * What a view must not use, because Athena's Trino and the laptop's DuckDB answer it differently or one refuses it: the
 * rule, why, what to write instead, and a query that shows the difference. `npm run test:trino` asks both engines each
 * of these queries, so that no rule outlives its reason. What a macro could mend is mended
 * (local/hops/athena/trino.ts) and is not here.
 */

import { ViewsError } from '../../lambdas/publish-views/dependencies.ts';

export type Difference = {
  rule: string;
  /** Found in the code of a view, its comments and texts blanked. */
  finds: RegExp;
  why: string;
  instead: string;
  /** What each engine answers, or `refused: ` and its words. */
  differs: { sql: string; trino: RegExp; laptop: RegExp };
};

export const DIFFERENCES: readonly Difference[] = [
  {
    rule: 'a literal with a point',
    finds: /(?<![\w.'])\d+\.\d+(?![\d.eE])/,
    why: 'it is a decimal in both, and division of decimals keeps its digits in one and becomes a double in the other',
    instead: "Write a double as 100e0, money as DECIMAL '100.00'.",
    differs: { sql: 'SELECT 1.0 / 3', trino: /^0\.3$/, laptop: /^0\.33333333/ },
  },
  {
    rule: 'AT TIME ZONE other than UTC',
    finds: /\bAT\s+TIME\s+ZONE\s+(?!'UTC')/i,
    why: 'of a time without a zone, one engine reads it as UTC and the other as of that zone',
    instead: "Join sql/seeds/shop_clock.csv, or write AT TIME ZONE 'UTC'.",
    differs: {
      sql: "SELECT hour(TIMESTAMP '2026-07-08 12:00:00' AT TIME ZONE 'America/New_York')",
      trino: /^8$/,
      laptop: /^16$/,
    },
  },
  {
    rule: 'FILTER on a window',
    finds: /\bFILTER\s*\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)\s*OVER\b/i,
    why: 'Athena refuses it',
    instead: 'Put a CASE inside the function.',
    differs: {
      sql: 'SELECT sum(x) FILTER (WHERE x > 1) OVER () FROM (VALUES (1), (2)) AS t (x) LIMIT 1',
      trino: /^refused: .*(mismatched input 'OVER'|FILTER|filter)/,
      laptop: /^2$/,
    },
  },
  {
    rule: 'IGNORE NULLS',
    finds: /\bIGNORE\s+NULLS\b/i,
    why: 'the engines want it in different places',
    instead: 'Use max_by(value, place) over the rows that are not null.',
    differs: {
      sql: 'SELECT last_value(x IGNORE NULLS) OVER (ORDER BY x) FROM (VALUES (1)) AS t (x)',
      trino: /^refused: .*mismatched input 'IGNORE'/,
      laptop: /^1$/,
    },
  },
  {
    rule: 'a day of time from the clock',
    finds: /\b(current_(timestamp|date|time)|localtime(stamp)?|now\s*\()/i,
    why: 'a result that depends on when one asks cannot be repeated or tested',
    instead: '"Now" is the newest event: max(changed_at).',
    differs: {
      sql: 'SELECT typeof(current_time)',
      trino: /^time\(3\) with time zone$/,
      laptop: /^TIME WITH TIME ZONE$|refused/,
    },
  },
  {
    rule: 'chance',
    finds: /\b(rand|random|uuid|shuffle)\s*\(/i,
    why: 'a result that depends on chance cannot be repeated or tested',
    instead: 'Choose by a value of the row.',
    differs: { sql: 'SELECT random(5, 5 + 1)', trino: /^5$/, laptop: /^refused/ },
  },
  {
    rule: 'sequence',
    finds: /\bsequence\s*\(/i,
    why: 'Athena has it for no time with a zone, and the laptop not at all',
    instead: 'Write the rows with VALUES, or make a seed of them.',
    differs: {
      sql: 'SELECT cardinality(sequence(1, 3))',
      trino: /^3$/,
      laptop: /^refused: .*sequence/i,
    },
  },
  {
    rule: 'a star on top',
    finds: /^\s*SELECT\s+(DISTINCT\s+)?([\w"]+\.)?\*/i,
    why: 'a column that is added below makes the view stale: Athena stores the columns that it had',
    instead: 'Name the columns.',
    differs: {
      sql: 'SELECT count(*) FROM (SELECT * FROM (VALUES (1)) AS t (x))',
      trino: /^1$/,
      laptop: /^1$/,
    },
  },
  {
    rule: 'a cast to a whole number of what may be a fraction',
    finds:
      /\bCAST\s*\(\s*(?!(?:floor|ceil|ceiling|round|sum|count|coalesce|length)\b)(?:[^()]|\((?:[^()]|\([^()]*\))*\))*?\s+AS\s+(?:bigint|integer|int|smallint|tinyint)\b/i,
    why: 'of two and a half one engine makes three, the other two',
    instead: 'Say which: floor(), ceil() or round() inside the cast; or TRY_CAST a column of the table.',
    differs: { sql: 'SELECT CAST(2.5e0 AS bigint)', trino: /^3$/, laptop: /^2$/ },
  },
  {
    rule: 'the mean of what may be a decimal',
    finds: /\bavg\s*\((?!\s*CAST\s*\((?:[^()]|\([^()]*\))*?\sAS\s+double\s*\))/i,
    why: "Trino rounds the mean of decimals to their digits, the laptop's is a double",
    instead: 'Write avg(CAST(x AS double)), or divide a sum by a count yourself.',
    differs: {
      sql: "SELECT avg(x) FROM (VALUES (DECIMAL '1.00'), (DECIMAL '2.01')) AS t (x)",
      trino: /^1\.51$/,
      laptop: /^1\.505$/,
    },
  },
  {
    rule: 'a cast of a literal double to text',
    finds: /\bCAST\s*\(\s*[\d.]+e[+-]?\d+\s+AS\s+varchar\b/i,
    why: 'great and small doubles are written in two ways',
    instead: 'Round it to a decimal before it becomes text.',
    differs: { sql: 'SELECT CAST(1e10 AS varchar)', trino: /^1\.0E10$/, laptop: /^10000000000\.0$/ },
  },
  {
    rule: 'listagg',
    finds: /\blistagg\s*\(/i,
    why: 'the laptop cannot read WITHIN GROUP after it',
    instead: "Write array_join(array_agg(x ORDER BY x), ',').",
    differs: {
      sql: "SELECT listagg(x, ',') WITHIN GROUP (ORDER BY x) FROM (VALUES ('b'), ('a')) AS t (x)",
      trino: /^a,b$/,
      laptop: /^refused: .*mismatched input/,
    },
  },
  {
    rule: 'array_distinct without an order',
    finds: /(?<!array_sort\s*\(\s*)\barray_distinct\s*\(/i,
    why: 'one engine keeps the order of the elements, the other does not',
    instead: 'Write array_sort(array_distinct(x)).',
    differs: { sql: 'SELECT array_distinct(ARRAY[1, 1, 2])', trino: /^1,2$/, laptop: /^\[2, 1\]$/ },
  },
];

/** Throws ViewsError with the rule, the line and what to write instead. */
export function checkPortable({ name, sql }: { name: string; sql: string }): void {
  const code = withoutTexts(sql);
  for (const { rule, finds, why, instead } of DIFFERENCES) {
    const found = finds.exec(code);
    if (!found) continue;
    const at = found.index + (/^\s*/.exec(found[0])?.[0].length ?? 0);
    const line = code.slice(0, at).split('\n').length;
    throw new ViewsError(`sql/views/${name}.sql, line ${line} has ${rule}: ${why}.`, instead);
  }
}

/** The SQL with comments and texts blanked, but `'UTC'`, so that every place keeps its line. */
function withoutTexts(sql: string): string {
  return sql.replace(/--[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^']|'')*'/g, (found) =>
    found === "'UTC'" ? found : found.replace(/[^\n]/g, ' '),
  );
}
