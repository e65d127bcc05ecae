/**
 * What Terraform says while it works: one JSON object a line with `-json`, plain text from the few commands that have
 * no such flag. Only what somebody here reads is kept; the rest of a message stays Terraform's.
 * https://developer.hashicorp.com/terraform/internals/machine-readable-ui
 */

export type Diagnostic = {
  severity: 'error' | 'warning';
  summary: string;
  detail: string;
  /** The resource it is about, when it is about one. */
  address?: string;
};

export type Message =
  | { kind: 'diagnostic'; diagnostic: Diagnostic }
  | { kind: 'planned'; address: string; action: string }
  | { kind: 'started' | 'done' | 'failed'; address: string; action: string; text: string }
  /** A sentence for whoever waits. */
  | { kind: 'progress'; text: string };

/** `init -json` of 1.11 lets lines through that are none of its JSON; they are for people, and nobody needs them. */
export function readMessage(line: string): Message | undefined {
  if (!line.startsWith('{')) return undefined;
  let json: Record<string, unknown>;
  try {
    json = JSON.parse(line) as Record<string, unknown>;
  } catch {
    return undefined;
  }
  const text = String(json['@message'] ?? '');
  switch (json['type']) {
    case 'diagnostic':
      return { kind: 'diagnostic', diagnostic: readDiagnostic(json['diagnostic']) };
    case 'planned_change':
      return { kind: 'planned', ...place(json['change']) };
    case 'apply_start':
      return { kind: 'started', ...place(json['hook']), text };
    case 'apply_complete':
      return { kind: 'done', ...place(json['hook']), text };
    case 'apply_errored':
      return { kind: 'failed', ...place(json['hook']), text };
    case 'apply_progress':
    case 'refresh_start':
    case 'log':
    case 'change_summary':
      return { kind: 'progress', text };
    default:
      return undefined;
  }
}

function place(part: unknown): { address: string; action: string } {
  const { resource, action } = (part ?? {}) as { resource?: { addr?: unknown }; action?: unknown };
  return { address: String(resource?.addr ?? ''), action: String(action ?? '') };
}

function readDiagnostic(part: unknown): Diagnostic {
  const { severity, summary, detail, address } = (part ?? {}) as Record<string, unknown>;
  return {
    severity: severity === 'warning' ? 'warning' : 'error',
    summary: String(summary ?? '').trim(),
    detail: String(detail ?? '').trim(),
    ...(typeof address === 'string' ? { address } : {}),
  };
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character is what is taken out.
const COLOURS = /\u001b\[[0-9;]*m/g;

/** A command without `-json` has failed: its standard error as one diagnostic. */
export function readComplaint(text: string): Diagnostic {
  const plain = text.replace(COLOURS, '').replace(/^[╷│╵ ]+/gm, '');
  const [summary = '', ...detail] = plain
    .replace(/^\s*(Error: )?/, '')
    .trim()
    .split('\n');
  return { severity: 'error', summary: summary.trim(), detail: detail.join('\n').trim() };
}

/** A diagnostic in one line, without the ids of a request that is over. */
export function sentenceOf({ summary, detail, address }: Diagnostic): string {
  const text = [summary, detail]
    .filter((each) => each !== '')
    .join(': ')
    .replace(/,? ?(RequestID|HostID): [^,]*(?=,)/g, '')
    .replace(/\s+/g, ' ');
  return address === undefined ? text : `${address}: ${text}`;
}
