/** A `.sql` file imported by a Lambda: scripts/bundle.ts puts it into the bundle as text. tsx cannot load one. */
declare module '*.sql' {
  const sql: string;
  export default sql;
}

/** A seed, likewise. */
declare module '*.csv' {
  const csv: string;
  export default csv;
}
