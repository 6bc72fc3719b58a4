import { join } from 'node:path';
import { CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { ArchitectureProps } from '../../architecture';
import { StaticSiteRelease } from '../../constructs/edge/static-site-release';
import { companionStack } from '../../constructs/companion-stack';
import { readAcross } from '../../constructs/edge/across-stacks';
import { LogBucket } from '../../constructs/storage/log-bucket';
import { ownName } from '../../own-name';
import { hostOf } from './board-api';
import { Door } from './door';
import { originsOf } from './origins';
import { RegionalSite } from './regional-site';
import { twoRegions } from './regions';
import { SharedNotes } from './shared-notes';

/**
 * An application in two Regions under one name, that survives the loss of either.
 *
 * @claims edge-global-regional-layers
 */
export class TwoRegionFrontDoor extends Stack {
  constructor(scope: Construct, id: string, props: ArchitectureProps) {
    super(scope, id, props);
    const { profile, settings } = props;
    const regions = twoRegions(settings);
    const [homeStack, awayStack] = (['home', 'away'] as const).map((part) =>
      companionStack(this, part, { region: regions[part], description: `What ${id} has in ${regions[part]}` }),
    );

    const notes = SharedNotes.made(homeStack, regions, profile.deletionProtection);
    const home = new RegionalSite(homeStack, 'Site', { profile, settings, notes });
    const away = new RegionalSite(awayStack, 'Site', { profile, settings, notes: notes.seenFrom(awayStack) });

    const logs = new LogBucket(this, 'Logs', {
      expiration: Duration.days(profile.logRetention),
      writtenWithAcl: true,
      writtenByBuckets: true,
    });
    const door = new Door(this, 'Door', {
      ...originsOf(this, settings, { home, away }),
      logs: logs.bucket,
      ...ownName(this, settings),
    });
    new StaticSiteRelease(this, 'Release', {
      source: join(__dirname, 'page'),
      bucket: door.pages,
      distribution: door.edge.distribution,
    });

    new CfnOutput(this, 'Url', { value: door.edge.url, description: 'The one name' });
    for (const [name, { entry, functions }] of Object.entries({ Home: home, Away: away })) {
      const outputs = {
        Region: ['Where it stands', Stack.of(entry).region],
        Url: ['The entry of this Region alone', `https://${hostOf(this, entry)}${entry.folder}`],
        Board: ['The function that shows the board there', readAcross(functions, 'Name', functions.boardName, this)],
      };
      for (const [id, [description, value]] of Object.entries(outputs))
        new CfnOutput(this, `${name}${id}`, { value, description });
    }
  }
}
