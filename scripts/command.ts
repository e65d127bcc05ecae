/**
 * What every script does around its work: flags by yargs, one sentence instead of a stack trace for what a user can
 * mend, colours only on a terminal.
 */

import yargs, { type Argv } from 'yargs';
import { EXIT_FAILED, EXIT_SIGPIPE, EXIT_USAGE } from './exit-codes.ts';

/** A mistake of the user's: shown as a sentence with the next step, exit code 64. */
export class UsageError extends Error {
  readonly nextStep: string;
  constructor(problem: string, nextStep: string) {
    super(problem);
    this.nextStep = nextStep;
  }
}

/** A yargs parser with our conventions: strict, `--help` at full width, exit code 64 for a wrong flag. */
export function flags(usage: string): Argv {
  return yargs(process.argv.slice(2))
    .scriptName('')
    .usage(usage)
    .strict()
    .help()
    .version(false)
    .wrap(Math.min(110, process.stdout.columns || 110))
    .fail((message, error) => {
      // yargs wraps what a flag's own `coerce` throws into an error of its own.
      if (error && error.name !== 'YError') throw error;
      throw new UsageError(message ?? error?.message, 'See --help for the flags and examples.');
    });
}

/** Runs `main`, turning what it throws into a sentence and an exit code. */
export async function run(main: () => Promise<number>): Promise<void> {
  // The SDK announces on Node 20 that versions to come will want 22. The version here is pinned and supports it, so
  // the notice would only worry whoever runs a command.
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';
  process.stdout.on('error', leaveWithReader);
  try {
    process.exitCode = await main();
  } catch (error) {
    process.exitCode = tell(error);
  }
}

/** Whoever read the output (`| head -1`) has gone: end quietly, as a program does that leaves SIGPIPE alone. */
function leaveWithReader(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
  process.exit(EXIT_SIGPIPE);
}

/** A problem and what to do about it, on standard error. */
export function complain({ message, nextStep }: { message: string; nextStep: string }): void {
  console.error(`${paint('red', 'error', process.stderr)} ${message}\n      ${nextStep}`);
}

function tell(error: unknown): number {
  if (error instanceof Error && 'nextStep' in error) {
    complain({ message: error.message, nextStep: String(error.nextStep) });
    return EXIT_USAGE;
  }
  const { name, message } = error as Error;
  if (isAwsError(error))
    console.error(`${paint('red', 'error', process.stderr)} AWS answered ${name}: ${message}`);
  else console.error((error as Error).stack ?? String(error));
  return EXIT_FAILED;
}

function isAwsError(error: unknown): boolean {
  return typeof error === 'object' && error !== null && '$metadata' in error;
}

const PAINT = { red: 31, green: 32, yellow: 33, cyan: 36, bold: 1, dim: 2 } as const;

/** `text` in a colour where a person looks at it on a terminal, plain anywhere else (https://no-color.org). */
export function paint(
  colour: keyof typeof PAINT,
  text: string,
  to: NodeJS.WriteStream = process.stdout,
): string {
  const colours = to.isTTY && !process.env['NO_COLOR'];
  return colours ? `\u001b[${PAINT[colour]}m${text}\u001b[0m` : text;
}
