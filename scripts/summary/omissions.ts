/**
 * What a comment may leave out when it does not fit, the least important first. What is destroyed, replaced or let go
 * of, what stops a change and what is waived are not among them.
 */

const OMISSIONS = [
  ['created-attributes', 'the attributes of what is created'],
  ['later-attributes', 'all but the first five attributes of each change'],
  ['notes', 'notes'],
  ['created-addresses', 'the addresses of what is created'],
  ['cost-lines', 'the single items of the cost'],
  ['values', 'the values of attributes'],
  ['attributes', 'the attributes of what is changed'],
  ['changed-addresses', 'the addresses of what is changed in place or moved'],
  ['next-steps', 'the next step of each warning'],
  ['differences', 'what differs between the environments'],
  ['stateful-addresses', 'the addresses of what holds data and keeps it'],
  ['warnings', 'warnings'],
] as const;

export type Omission = (typeof OMISSIONS)[number][0];
export type Omits = ReadonlySet<Omission>;

/** From nothing left out to all that may be. */
export const OMITTED: readonly Omits[] = [
  new Set<Omission>(),
  ...OMISSIONS.map((_, index) => new Set(OMISSIONS.slice(0, index + 1).map(([name]) => name))),
];

export function omittedText(omits: Omits): string | undefined {
  const said = OMISSIONS.filter(([name]) => omits.has(name)).map(([, text]) => text);
  return said.length > 0 ? said.join('; ') : undefined;
}
