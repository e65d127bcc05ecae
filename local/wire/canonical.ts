/**
 * The canonical request of Signature Version 4: the one text that client and server both derive from a request and
 * sign. Services but S3 encode the path twice and remove dot segments; S3 signs the path as its object key stands.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */

import type { Head } from './protocol.ts';

export function canonicalRequest(
  head: Head,
  signedHeaders: readonly string[],
  payloadHash: string,
  isS3: boolean,
): string {
  let headers = '';
  for (const name of signedHeaders) headers += `${name}:${canonicalValue(head.headers[name] ?? [])}\n`;
  const path = isS3 ? objectPath(head.path) : servicePath(head.path);
  return `${head.method}\n${path}\n${canonicalQuery(head.query)}\n${headers}\n${signedHeaders.join(';')}\n${payloadHash}`;
}

function canonicalValue(values: readonly string[]): string {
  const joined = values.length === 1 ? (values[0] as string) : values.map((value) => value.trim()).join(',');
  return joined.trim().replace(/[ \t]+/g, ' ');
}

function objectPath(path: string): string {
  return decoded(path).split('/').map(encoded).join('/');
}

function servicePath(path: string): string {
  if (path === '/' || path === '') return '/';
  const kept: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '..') kept.pop();
    else if (segment !== '' && segment !== '.') kept.push(encoded(segment));
  }
  return `/${kept.join('/')}${kept.length > 0 && path.endsWith('/') ? '/' : ''}`;
}

/** Sorted by encoded name, then by encoded value; the signature itself takes no part. */
function canonicalQuery(query: string): string {
  if (query === '') return '';
  return query
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const [name = '', ...value] = pair.split('=');
      return [encoded(decoded(name)), encoded(decoded(value.join('=')))] as const;
    })
    .filter(([name]) => name !== 'X-Amz-Signature')
    .sort(([nameA, valueA], [nameB, valueB]) => compare(nameA, nameB) || compare(valueA, valueB))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** RFC 3986: everything but the unreserved characters, also the four that `encodeURIComponent` leaves. */
function encoded(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** A malformed escape is taken as it stands: then the signature does not match, which is the truth. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
