/** What a command's exit code means, the same for every script; each `--help` repeats those it can give. */

export const EXIT_OK = 0;
/** The command ran and its promise does not hold: numbers that disagree, a query that failed. */
export const EXIT_FAILED = 1;
/** The command was asked something it cannot do: an unknown flag, a port in use, a stack it cannot run. */
export const EXIT_USAGE = 2;
/** The reader of standard output went away: 128 and SIGPIPE's number, as a shell says it. */
export const EXIT_SIGPIPE = 141;
/** A plan found something to do: `terraform plan -detailed-exitcode` says it with the same number. */
export const EXIT_CHANGES = 2;
