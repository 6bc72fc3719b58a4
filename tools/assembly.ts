import type { CloudAssembly, CloudFormationStackArtifact } from 'aws-cdk-lib/cx-api';
import { ARCHITECTURE_TAG } from '../lib/app';
import type { Finding } from '../lib/compliance';

/** The stacks of one architecture, its main stack first. */
export function stacksOf(assembly: CloudAssembly, architecture: string): CloudFormationStackArtifact[] {
  const stacks: readonly CloudFormationStackArtifact[] = assembly.stacks;
  return stacks
    .filter(({ tags }) => tags[ARCHITECTURE_TAG] === architecture)
    .sort((a, b) => a.stackName.length - b.stackName.length);
}

/** The findings in an architecture's stacks. */
export function findingsOf(assembly: CloudAssembly, architecture: string, findings: readonly Finding[]): Finding[] {
  const stacks = new Set(stacksOf(assembly, architecture).map(({ hierarchicalId }) => hierarchicalId));
  return findings.filter(({ path }) => stacks.has(path.split('/')[0]));
}
