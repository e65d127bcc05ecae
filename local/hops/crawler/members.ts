/** Reads a JSON object member by member and refuses the members that nobody read. */

export type Members = {
  take(name: string): unknown;
  inner(name: string): Members;
  /** True when the member is `value`, false when it is absent; anything else is refused. */
  choice(name: string, value: string): boolean;
  /** Refuses what was not read, here or in an inner object. */
  finish(): void;
};

export function membersOf(json: unknown, path: string, refuse: (why: string) => never): Members {
  if (typeof json !== 'object' || json === null || Array.isArray(json))
    return refuse(`${path || 'it'} must be an object`);
  const object = json as Record<string, unknown>;
  const read = new Set<string>();
  const inners: Members[] = [];
  const at = (name: string) => (path === '' ? name : `${path}.${name}`);
  const take = (name: string) => {
    read.add(name);
    return object[name] ?? undefined;
  };
  return {
    take,
    inner(name) {
      const members = membersOf(take(name) ?? {}, at(name), refuse);
      inners.push(members);
      return members;
    },
    choice(name, value) {
      const found = take(name);
      if (found === undefined || found === value) return found === value;
      return refuse(`${at(name)} ${JSON.stringify(found)} is not known`);
    },
    finish() {
      for (const name of Object.keys(object)) if (!read.has(name)) refuse(`${at(name)} is not known`);
      for (const inner of inners) inner.finish();
    },
  };
}
