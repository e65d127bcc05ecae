/**
 * S3's XML, both ways. Written: an element a member, a repeated element a list, nothing for what is undefined. Read:
 * every element as text, none of XML's entities but the five of its own and characters by number.
 */

import { XMLParser, XMLValidator } from 'fast-xml-parser';

const NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/';
const DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n';

export type Element = string | Element[] | { [name: string]: Element };

const parser = new XMLParser({
  ignoreAttributes: true,
  parseTagValue: false,
  trimValues: false,
  // Entities are decoded below: declared ones would be a way to make a small request large.
  processEntities: false,
  removeNSPrefix: true,
});

export function writeXml(root: string, value: unknown, namespace = true): string {
  const content =
    typeof value === 'object' && value !== null ? members(value) : escapeText(String(value ?? ''));
  return `${DECLARATION}<${root}${namespace ? ` xmlns="${NAMESPACE}"` : ''}>${content}</${root}>`;
}

/** The element `root`; undefined when the text is not XML or has another root. */
export function readXml(text: string, root: string): Element | undefined {
  if (XMLValidator.validate(text) !== true) return undefined;
  return (parser.parse(text) as Record<string, Element>)[root];
}

/** The elements of that name within `parent`, whether there are none, one or more. */
export function elements(parent: Element | undefined, name: string): Element[] {
  if (parent === undefined || typeof parent === 'string' || Array.isArray(parent)) return [];
  const found = parent[name];
  if (found === undefined) return [];
  return Array.isArray(found) ? found : [found];
}

export function elementText(parent: Element | undefined, name: string): string | undefined {
  const [found] = elements(parent, name);
  return typeof found === 'string' ? unescapeText(found) : undefined;
}

function members(value: object): string {
  return Object.entries(value)
    .map(([name, member]) => element(name, member))
    .join('');
}

function element(name: string, value: unknown): string {
  if (value === undefined || value === null) return '';
  if (Array.isArray(value)) return value.map((each) => element(name, each)).join('');
  if (value instanceof Date) return `<${name}>${value.toISOString()}</${name}>`;
  if (typeof value === 'object') return `<${name}>${members(value)}</${name}>`;
  return `<${name}>${escapeText(String(value))}</${name}>`;
}

const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** A control character that XML cannot hold leaves as its number all the same, as S3 does: clients that must see
 * such keys ask for `encoding-type=url`. */
function escapeText(text: string): string {
  return text.replace(
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must be escaped
    /[&<>"\u0000-\u0008\u000b-\u001f]/g,
    (character) => ESCAPES[character] ?? `&#x${character.charCodeAt(0).toString(16)};`,
  );
}

const NAMED: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function unescapeText(text: string): string {
  return text.replace(/&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(\w+));/gi, (whole, hex, decimal, name) => {
    if (name !== undefined) return NAMED[name] ?? whole;
    const point = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
    return point <= 0x10ffff ? String.fromCodePoint(point) : whole;
  });
}
