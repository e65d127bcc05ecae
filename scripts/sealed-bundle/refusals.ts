/**
 * Why a bundle must not be applied here and now: every difference between what it was sealed for and what is, each
 * with what to do. Pure; an empty list means that it may. The commit is named but never judged: a squash or a rebase
 * gives main another commit with the very same tree, and the tree is what was planned.
 */

import type { Header, Manifest, PlannedState } from './manifest.ts';

export type Refusal = {
  what: 'environment' | 'tree' | 'terraform' | 'provider' | 'lineage' | 'serial' | 'file' | 'source';
  sentence: string;
  nextStep: string;
};

/** What is, where the bundle would be applied. */
export type Actual = {
  environment: string;
  /** What is checked out. */
  commit: string;
  tree: string;
  terraformVersion: string;
  providers: Readonly<Record<string, string>>;
  state: PlannedState;
  /** SHA-256 of the files as they lie before Terraform. */
  files: Readonly<Record<string, string>>;
  /** SHA-256 of what the sources that are checked out synthesize; absent when nobody looked. The job of a pull request
   * hands its configuration over as data, so that the plan of a tree need not be made from that tree. */
  synthesized?: Readonly<Record<string, string>>;
};

export function refusals(manifest: Manifest, actual: Actual): Refusal[] {
  return [
    ...environment(manifest, actual),
    ...tree(manifest, actual),
    ...terraform(manifest, actual),
    ...providers(manifest, actual),
    ...staleness(manifest, actual.state),
    ...files(manifest, actual),
    ...sources(manifest, actual),
  ];
}

/** Whether the state has moved on since the plan: the cheap half of the question, asked before a merge too. */
export function staleness(header: Pick<Header, 'environment' | 'state'>, actual: PlannedState): Refusal[] {
  const { environment: name, state: planned } = header;
  const again = `Make a new plan (npm run plan -- --env ${name}), and read it: it may do something else now.`;
  if (planned.lineage !== actual.lineage)
    return [
      {
        what: 'lineage',
        sentence: `The plan was made against ${stateText(planned)}, and ${name} has ${stateText(actual)}.`,
        nextStep:
          planned.lineage === null
            ? `${name} was applied to since. ${again}`
            : 'See whose state lies in the bucket: it was replaced, or these credentials are another account’s.',
      },
    ];
  if (planned.serial === actual.serial) return [];
  return [
    {
      what: 'serial',
      sentence:
        `The plan is stale: it was made against serial ${planned.serial} of ${name}'s state, ` +
        `which is at serial ${actual.serial} now.`,
      nextStep:
        actual.serial > planned.serial
          ? again
          : `The state went back, as when an older version was brought back: find out why. ${again}`,
    },
  ];
}

function environment(manifest: Manifest, actual: Actual): Refusal[] {
  if (manifest.environment === actual.environment) return [];
  return [
    {
      what: 'environment',
      sentence: `The bundle was planned for ${manifest.environment}, and this is ${actual.environment}.`,
      nextStep: `Apply ${actual.environment}'s own bundle.`,
    },
  ];
}

function tree(manifest: Manifest, actual: Actual): Refusal[] {
  if (manifest.tree === actual.tree) return [];
  return [
    {
      what: 'tree',
      sentence:
        `The bundle was planned from the tree ${manifest.tree} (commit ${manifest.commit}), ` +
        `and ${actual.tree} (commit ${actual.commit}) is checked out.`,
      nextStep: `Check out what was planned, or plan what is checked out: npm run plan -- --env ${manifest.environment}.`,
    },
  ];
}

function terraform(manifest: Manifest, actual: Actual): Refusal[] {
  if (manifest.terraformVersion === actual.terraformVersion) return [];
  return [
    {
      what: 'terraform',
      sentence: `Terraform ${manifest.terraformVersion} made the plan, and this is ${actual.terraformVersion}.`,
      nextStep: `Install Terraform ${manifest.terraformVersion}: no other version can apply its saved plan.`,
    },
  ];
}

function providers(manifest: Manifest, actual: Actual): Refusal[] {
  const sources = [...new Set([...Object.keys(manifest.providers), ...Object.keys(actual.providers)])].sort();
  return sources.flatMap((source) => {
    const planned = own(manifest.providers, source);
    const present = own(actual.providers, source);
    if (planned === present) return [];
    return [
      {
        what: 'provider' as const,
        sentence: `The plan was made with ${source} ${planned ?? 'absent'}, and ${present ?? 'none'} is installed here.`,
        nextStep: 'Initialize with the bundle’s own lock file, or make a new plan with this provider.',
      },
    ];
  });
}

function files(manifest: Manifest, actual: Actual): Refusal[] {
  const names = [...new Set([...Object.keys(manifest.files), ...Object.keys(actual.files)])].sort();
  return names.flatMap((name) => {
    const sealed = own(manifest.files, name);
    const present = own(actual.files, name);
    if (sealed === present) return [];
    const sentence =
      sealed === undefined
        ? `${name} lies there, and the bundle holds no such file.`
        : present === undefined
          ? `${name} is in the bundle and does not lie there.`
          : `${name} is not the file that was sealed: its SHA-256 is ${present}, and ${sealed} was sealed.`;
    return [{ what: 'file' as const, sentence, nextStep: 'Apply the bundle again from a clean directory.' }];
  });
}

/** Only of the same tree: another one is refused for being another. */
function sources(manifest: Manifest, { tree: checkedOut, synthesized = {} }: Actual): Refusal[] {
  if (manifest.tree !== checkedOut) return [];
  return Object.keys(synthesized)
    .sort()
    .filter((name) => own(manifest.files, name) !== synthesized[name])
    .map((name) => ({
      what: 'source' as const,
      sentence: `${name} in the bundle is not what the tree ${checkedOut} synthesizes: the plan was not made from these sources.`,
      nextStep:
        'Plan the tree anew from a clean checkout. If the pull request made this plan, find out what its checks ran.',
    }));
}

function own(record: Readonly<Record<string, string>>, name: string): string | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}

function stateText({ lineage, serial }: PlannedState): string {
  return lineage === null ? 'no state at all' : `the state of lineage ${lineage} at serial ${serial}`;
}
