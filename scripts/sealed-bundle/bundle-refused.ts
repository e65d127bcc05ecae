/**
 * The one way in which a sealed bundle says no: what differs, and what to do. A verb shows it as a sentence and ends
 * with EXIT_REFUSED; nothing was applied. A mistake of the user's (no credentials, no bucket) is a UsageError instead.
 */

export class BundleRefused extends Error {
  readonly nextStep: string;
  constructor(problem: string, nextStep: string) {
    super(problem);
    this.nextStep = nextStep;
  }
}

export const PLAN_AGAIN =
  'Make a new plan: npm run plan -- --env <environment>, or run the pull request’s checks again.';
