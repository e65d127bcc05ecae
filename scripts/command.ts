/**
 * What every script does around its work: flags by yargs, one sentence instead of a stack trace for what a user can
 * mend, colours only on a terminal.
 */

import yargs, { type Argv } from 'yargs';
import { EXIT_FAILED, EXIT_USAGE } from './exit-codes.ts';

/** A mistake of the user's: shown as a sentence with the next step, exit code 2. */
export class UsageError extends Error {
  readonly nextStep: string;
  constructor(problem: string, nextStep: string) {
    super(problem);
    this.nextStep = nextStep;
  }
}

/** A yargs parser with our conventions: strict, `--help` at full width, exit code 2 for a wrong flag. */
export function flags(usage: string): Argv {
  return yargs(process.argv.slice(2))
    .scriptName('')
    .usage(usage)
    .strict()
    .help()
    .version(false)
    .wrap(Math.min(110, process.stdout.columns || 110))
    .fail((message, error) => {
      throw error ?? new UsageError(message, 'See --help for the flags and examples.');
    });
}

/** Runs `main`, turning what it throws into a sentence and an exit code. */
export async function run(main: () => Promise<number>): Promise<void> {
  try {
    process.exitCode = await main();
  } catch (error) {
    process.exitCode = tell(error);
  }
}

function tell(error: unknown): number {
  if (error instanceof Error && 'nextStep' in error) {
    console.error(`${paint('red', 'error')} ${error.message}\n      ${error.nextStep}`);
    return EXIT_USAGE;
  }
  const { name, message } = error as Error;
  if (isAwsError(error)) console.error(`${paint('red', 'error')} AWS answered ${name}: ${message}`);
  else console.error((error as Error).stack ?? String(error));
  return EXIT_FAILED;
}

function isAwsError(error: unknown): boolean {
  return typeof error === 'object' && error !== null && '$metadata' in error;
}

const PAINT = { red: 31, green: 32, yellow: 33, cyan: 36, bold: 1, dim: 2 } as const;

/** `text` in a colour where a person looks at it on a terminal, plain anywhere else (https://no-color.org). */
export function paint(colour: keyof typeof PAINT, text: string): string {
  const colours = process.stdout.isTTY && !process.env['NO_COLOR'];
  return colours ? `\u001b[${PAINT[colour]}m${text}\u001b[0m` : text;
}
