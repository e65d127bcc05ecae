/**
 * IAM's two wildcards, over the whole text: `*` stands for any characters, none too, `?` for exactly one.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
 *
 * Linear in practice and never exponential: after a mismatch only the last `*` takes one character more.
 */

export type Matcher = (text: string) => boolean;

export function wildcard(pattern: string): Matcher {
  if (pattern === '*') return () => true;
  if (!/[*?]/.test(pattern)) return (text) => text === pattern;
  return (text) => matches(pattern, text);
}

function matches(pattern: string, text: string): boolean {
  let at = 0;
  let inPattern = 0;
  let star = -1;
  let afterStar = 0;
  while (at < text.length) {
    const wanted = pattern[inPattern];
    if (wanted === '*') {
      star = inPattern++;
      afterStar = at;
    } else if (wanted === '?' || wanted === text[at]) {
      inPattern++;
      at++;
    } else if (star >= 0) {
      inPattern = star + 1;
      at = ++afterStar;
    } else return false;
  }
  while (pattern[inPattern] === '*') inPattern++;
  return inPattern === pattern.length;
}

const ARN_PARTS = 6;

/** ARNs are compared part by part, so that a `*` does not reach over a colon; only the last part may hold colons.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html */
export function arnWildcard(pattern: string): Matcher {
  const parts = arnParts(pattern).map(wildcard);
  return (text) => {
    const given = arnParts(text);
    return given.length === parts.length && parts.every((part, index) => part(given[index] as string));
  };
}

function arnParts(arn: string): string[] {
  const parts = arn.split(':');
  if (parts.length <= ARN_PARTS) return parts;
  return [...parts.slice(0, ARN_PARTS - 1), parts.slice(ARN_PARTS - 1).join(':')];
}
