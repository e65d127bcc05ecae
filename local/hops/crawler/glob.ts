/**
 * Exclude patterns of a crawler's target: globs over an object's path below the include path. `*` and `?` stay within
 * a folder, `**` crosses folders, `[a-z]` and `[!a]` are one character, `{a,b}` either, `\` takes the next as it is
 * (https://docs.aws.amazon.com/glue/latest/dg/define-crawler.html#crawler-data-stores-exclude).
 */

/** The pattern as a regular expression, or undefined when a bracket is not closed. */
export function globPattern(glob: string): RegExp | undefined {
  let source = '';
  let braces = 0;
  for (let at = 0; at < glob.length; at++) {
    const character = glob.charAt(at);
    if (character === '\\' && at + 1 < glob.length) source += literal(glob.charAt(++at));
    else if (character === '*') {
      const crosses = glob.charAt(at + 1) === '*';
      if (crosses) at += 1;
      source += crosses ? '.*' : '[^/]*';
    } else if (character === '?') source += '[^/]';
    else if (character === '[') {
      const end = glob.indexOf(']', at + 2);
      if (end < 0) return undefined;
      source += characterClass(glob.slice(at + 1, end));
      at = end;
    } else if (character === '{') {
      braces += 1;
      source += '(?:';
    } else if (character === '}' && braces > 0) {
      braces -= 1;
      source += ')';
    } else source += character === ',' && braces > 0 ? '|' : literal(character);
  }
  return braces === 0 ? compiled(source) : undefined;
}

function characterClass(inside: string): string {
  const negated = inside.startsWith('!');
  const members = (negated ? inside.slice(1) : inside).replace(/[\\^\]]/g, '\\$&');
  return negated ? `[^/${members}]` : `(?!/)[${members}]`;
}

function literal(character: string): string {
  return character.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}

function compiled(source: string): RegExp | undefined {
  try {
    return new RegExp(`^${source}$`, 's');
  } catch {
    return undefined;
  }
}
