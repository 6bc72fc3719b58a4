import type { Construct } from 'constructs';
import { askEc2, type Ec2Question } from './ask-ec2';

/**
 * Ids of prefix lists that AWS keeps, by their names. They have another id in every Region, so the deployment asks for them.
 *
 * @param names by the id of the construct that asks for each
 */
export function managedPrefixLists(scope: Construct, names: Readonly<Record<string, string>>): string[] {
  const questions = Object.entries(names).map(([id, name]) => [
    id,
    {
      action: 'DescribeManagedPrefixLists',
      filters: { 'prefix-list-name': name },
      found: 'PrefixLists.0.PrefixListId',
    },
  ]);
  return askEc2(scope, Object.fromEntries(questions) as Readonly<Record<string, Ec2Question>>).map(
    ({ value }) => value,
  );
}
