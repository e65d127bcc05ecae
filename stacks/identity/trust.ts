/**
 * Who may take on the plan role, the apply role and the load role: jobs of our own repository, running a workflow file as main has it.
 *
 * Every condition is an exact text, no pattern. The name of the repository is not enough, as a name that was given up
 * can be taken by anybody: its id must agree too, also where the subject is of the older format without ids. AWS knows
 * no key for the owner's id; a repository that moves to another owner has another name.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html (GitHub's claims)
 */

import type { EnvironmentName } from '../names.ts';
import { policyDocument } from '../service-role.ts';
import { AUDIENCE, ISSUER, type Repository, subjects, workflowOnMain } from './github.ts';

const MAIN = 'refs/heads/main';

type Job = {
  sid: string;
  /** The file that defines the job; for a called workflow the called one. */
  workflow: string;
  /** How the token's subject ends: why the job runs. */
  reason: string;
  /** Other claims that must be so. */
  claims: Record<string, string>;
};

/** A pull request's run calls main's copy of plan.yml, whatever the pull request did to its own; the drift report runs
 * on main. A job on a pull request's merge commit has a `ref` of its own each time, which therefore is not asked. */
const PLAN_JOBS: readonly Job[] = [
  { sid: 'Plan', workflow: 'plan.yml', reason: 'pull_request', claims: {} },
  { sid: 'Drift', workflow: 'drift.yml', reason: `ref:${MAIN}`, claims: { ref: MAIN } },
];

export function planTrust(repository: Repository, provider: string): string {
  return policyDocument(PLAN_JOBS.map((job) => statement(repository, provider, job)));
}

/** A job that names the environment waits for the approval which that environment asks for. */
export function applyTrust(repository: Repository, provider: string, environment: EnvironmentName): string {
  return policyDocument([
    statement(repository, provider, {
      sid: 'Deploy',
      workflow: 'deploy.yml',
      reason: `environment:${environment}`,
      claims: { ref: MAIN, environment },
    }),
  ]);
}

/** As a deployment's: a load test waits for the same approval. */
export function loadTrust(repository: Repository, provider: string, environment: EnvironmentName): string {
  return policyDocument([
    statement(repository, provider, {
      sid: 'Load',
      workflow: 'load-test.yml',
      reason: `environment:${environment}`,
      claims: { ref: MAIN, environment },
    }),
  ]);
}

function statement(repository: Repository, provider: string, job: Job): unknown {
  const claims = {
    aud: AUDIENCE,
    sub: subjects(repository, job.reason),
    repository_id: String(repository.id),
    job_workflow_ref: workflowOnMain(repository, job.workflow),
    ...job.claims,
  };
  return {
    Sid: job.sid,
    Effect: 'Allow',
    Principal: { Federated: provider },
    Action: 'sts:AssumeRoleWithWebIdentity',
    Condition: {
      StringEquals: Object.fromEntries(
        Object.entries(claims).map(([claim, value]) => [`${ISSUER}:${claim}`, value]),
      ),
    },
  };
}
