/**
 * The internals of dynalite 4.0.0 that the table calls, as far as it calls them. dynalite ships no types; its
 * version is pinned exactly because none of this is its public interface.
 */

declare module 'dynalite/validations/index.js' {
  type Types = Record<string, unknown>;
  const validations: {
    /** Copies what `types` names out of `data`, or throws a SerializationException. Deletes from `data` what is
     * unknown. */
    checkTypes(data: object, types: Types): Record<string, unknown>;
    /** Throws a ValidationException; parses expressions into members named `_updates`, `_condition`, …. */
    checkValidations(
      data: object,
      types: Types,
      custom: ((data: never, store: never) => string | undefined) | undefined,
      store: object,
    ): void;
  };
  export default validations;
}

declare module 'dynalite/db/index.js' {
  type Value = Record<string, unknown>;
  type Item = Record<string, Value>;
  type Table = {
    KeySchema: { AttributeName: string }[];
    AttributeDefinitions: { AttributeName: string; AttributeType: string }[];
  };
  const db: {
    /** The key's text: hash prefix of 6 hexadecimal digits, `/`, hash key, `/`, then the range key and `/`. It sorts
     * as DynamoDB sorts. */
    createKey(item: Item, table: Table, keySchema?: { AttributeName: string }[]): string;
    validateKey(key: Item, table: Table): Error | undefined;
    validateItem(item: Item, table: Table): Error | undefined;
    checkConditional(data: object, item: Item | undefined): Error | null | undefined;
    validateKeyPaths(paths: unknown, table: Table): Error | undefined;
  };
  export default db;
}

declare module 'dynalite/validations/*' {
  const validation: {
    types: Record<string, unknown>;
    custom?: (data: never, store: never) => string | undefined;
  };
  export default validation;
}

declare module 'dynalite/actions/*' {
  const action: (store: object, data: object, done: (error: unknown, result: unknown) => void) => void;
  export default action;
}
