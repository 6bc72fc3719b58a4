import type { Entry } from '../../access/names';
import type { Arrows } from './arrows';
import type { Boxes } from './boxes';
import { cloud } from './ground';
import type { Source } from './source';

interface Condition {
  readonly ConditionKey: string;
  readonly ConditionValue: string;
}

/** Arrows from what carries the tag of a plan to where it is backed up, or to the plan of its snapshots: the two know nothing of each other. */
export function addBackups(arrows: Arrows, source: Source, boxes: Boxes): void {
  addSnapshots(arrows, source, boxes);
  for (const selection of source.entries.filter(({ type }) => type === 'AWS::Backup::BackupSelection'))
    for (const tag of tagsOf(source, selection))
      for (const carrier of source.entries.filter((entry) => carries(source, entry, tag)))
        for (const vault of vaultsOf(source, selection)) {
          const [from, to] = [boxes.idOf(carrier), boxes.idOf(vault)];
          if (from === cloud || to === cloud) continue;
          const because = [selection, carrier].map(({ stack, logicalId }) => ({
            stack: stack.name,
            logicalId,
            rule: 'ListOfTags',
          }));
          arrows.add({ from, to, kind: 'data', label: 'backed up', because });
        }
}

function addSnapshots(arrows: Arrows, source: Source, boxes: Boxes): void {
  for (const plan of source.entries.filter(({ type }) => type === 'AWS::DLM::LifecyclePolicy')) {
    const { PolicyDetails } = source.properties(plan) as {
      readonly PolicyDetails?: { readonly TargetTags?: readonly { readonly Key: string; readonly Value: string }[] };
    };
    const carriers = source.entries.filter(
      (entry) =>
        entry.type === 'AWS::EC2::Volume' &&
        (PolicyDetails?.TargetTags ?? []).some(({ Key, Value }) =>
          carries(source, entry, { ConditionKey: Key, ConditionValue: Value }),
        ),
    );
    for (const carrier of carriers)
      arrows.add({
        from: boxes.idOf(carrier),
        to: boxes.idOf(plan),
        kind: 'data',
        label: 'snapshots',
        because: [plan, carrier].map(({ stack, logicalId }) => ({ stack: stack.name, logicalId, rule: 'TargetTags' })),
      });
  }
}

function tagsOf(source: Source, selection: Entry): readonly Condition[] {
  const { BackupSelection } = source.properties(selection) as {
    readonly BackupSelection?: { readonly ListOfTags?: readonly Condition[] };
  };
  return BackupSelection?.ListOfTags ?? [];
}

/** Tags stand in differently named lists, of a replica too, and look alike in all of them. */
const carries = (source: Source, entry: Entry, { ConditionKey, ConditionValue }: Condition): boolean =>
  JSON.stringify(source.properties(entry)).includes(JSON.stringify({ Key: ConditionKey, Value: ConditionValue }));

const vaultsOf = (source: Source, selection: Entry): readonly Entry[] =>
  source
    .referred(selection)
    .filter(({ type }) => type === 'AWS::Backup::BackupPlan')
    .flatMap((plan) => {
      const { BackupPlan } = source.properties(plan) as {
        readonly BackupPlan?: { readonly BackupPlanRule?: readonly { readonly TargetBackupVault?: unknown }[] };
      };
      return (BackupPlan?.BackupPlanRule ?? []).flatMap(({ TargetBackupVault }) => source.mentioned(TargetBackupVault));
    });
