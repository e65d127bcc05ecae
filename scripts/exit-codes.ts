/** What a command's exit code means, the same for every script; each `--help` repeats those it can give. */

export const EXIT_OK = 0;
/** The command ran and its promise does not hold: numbers that disagree, a query that failed. */
export const EXIT_FAILED = 1;
/** A look found something to do, and nothing was done: `terraform plan -detailed-exitcode` has the same number. */
export const EXIT_CHANGES = 2;
/** The command was asked something it cannot do: an unknown flag, a port in use, a stack it cannot run. EX_USAGE of
 * sysexits.h, so that it is never taken for EXIT_CHANGES. */
export const EXIT_USAGE = 64;
/** Something that was promised or sealed is refused: a bundle that was altered, a state that moved on, a gate or a
 * lock that says no. Nothing was changed. EX_NOPERM of sysexits.h. */
export const EXIT_REFUSED = 77;
/** The reader of standard output went away: 128 and SIGPIPE's number, as a shell says it. */
export const EXIT_SIGPIPE = 141;
/** A load test ran and one of its promises was broken: k6's own number for it. */
export const EXIT_BROKEN_THRESHOLD = 99;
