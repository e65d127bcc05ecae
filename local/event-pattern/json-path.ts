/** The JSON paths of pipes and event targets: `$`, `$.a.b`, `$.list[0]`, `$['a']`. No filters, no `*`.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-event-target.html */

/** Answers undefined where the value has no such member. */
export type JsonPath = (value: unknown) => unknown;

/** Undefined for what is no path. */
export function compilePath(text: string): JsonPath | undefined {
  if (!/^\$(\.[\w-]+|\[\d+\]|\['[^']+'\])*$/.test(text)) return undefined;
  const steps = [...text.matchAll(/\.([\w-]+)|\[(\d+)\]|\['([^']+)'\]/g)].map(
    ([, member, index, quoted]) => member ?? index ?? quoted ?? '',
  );
  return (value) => {
    let at = value;
    for (const step of steps) {
      if (typeof at !== 'object' || at === null || !Object.hasOwn(at, step)) return undefined;
      at = (at as Record<string, unknown>)[step];
    }
    return at;
  };
}
