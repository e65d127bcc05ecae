/**
 * An error that leaves by the wire with AWS's code and AWS's sentence. It says nothing of ours; an error of ours
 * (`EngineError`) stops the program instead and names the next step. The two never mix.
 */

export class AwsError extends Error {
  readonly code: string;
  readonly status: number;
  /** Members beside the message that AWS's shape has, such as `Item` or `CancellationReasons`. */
  readonly members: Readonly<Record<string, unknown>>;

  constructor(code: string, message: string, status = 400, members: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.name = code;
    this.code = code;
    this.status = status;
    this.members = members;
  }
}

/** Something that the user of the engine must change. `nextStep` is required: an error without one is a riddle. */
export class EngineError extends Error {
  readonly nextStep: string;

  constructor(problem: string, nextStep: string) {
    super(problem);
    this.name = 'EngineError';
    this.nextStep = nextStep;
  }
}
