/**
 * What a check says of a change, before anything is applied: the gate, the stateful-address lock, the pipeline review
 * and the drift report all speak in findings, so that a terminal, a pull request's comment and an exit code show them
 * alike.
 */

/** `block` stops the way to an environment until a waiver covers it; `warn` wants a person's eyes; `note` explains. */
export type Severity = 'block' | 'warn' | 'note';

export type Finding = {
  /** The rule's name, which is also its page's: `pipe-at-latest` stands in docs/review/pipe-at-latest.md. */
  rule: string;
  severity: Severity;
  /** `aws_kinesis_stream.kinesis`, or the place in the file when no resource is meant: `terraform.backend`. */
  address: string;
  /** One or two plain sentences: what happens, and to whose orders. */
  sentence: string;
  nextStep: string;
  /** Set when a waiver of the same change covers it; it then no longer stops anything. */
  waived?: { reason: string; until: string };
};

/** Whether any finding stops the change. */
export function blocks(findings: readonly Finding[]): boolean {
  return findings.some(({ severity, waived }) => severity === 'block' && !waived);
}
