import { fromJSONSchema } from 'zod';
import fc from 'fast-check';
import { newDocument } from '../../lambda/application-evolution/document';
import { routes } from '../../lambda/application-evolution/environment';
import {
  ApplicationEvolution,
  type StageName,
} from '../../lib/architectures/application-evolution/application-evolution-stack';
import { documentModel } from '../../lib/architectures/application-evolution/contract';
import { backlogPolicy, simulateScaling } from '../../lib/constructs/compute/simulate-scaling';
import type { ProfileName } from '../../lib/profile';
import { billOf } from '../../tools/bill/bill';
import { accessOf } from '../support/access';
import { matchesItsSnapshots, synthesised, type CfnTemplate } from '../support/architecture';
import { text } from '../support/decide';
import { networkOf } from '../support/reachability';

const name = 'application-evolution';
const stages: readonly StageName[] = ['monolith', 'tiered', 'queued', 'microservices', 'event-driven'];
const variantOf = (stage: StageName) => ({ variant: [`stage-${stages.indexOf(stage) + 1}-${stage}`] });
const made = new Map<string, CfnTemplate>();
function templateOf(stage: StageName, profile: ProfileName = 'sandbox'): CfnTemplate {
  const key = `${stage} ${profile}`;
  const template = made.get(key) ?? synthesised(name, { profile, ...variantOf(stage) })[name];
  made.set(key, template);
  return template;
}
const every = (template: CfnTemplate, type: RegExp) =>
  Object.entries(template.Resources)
    .filter(([, { Type }]) => type.test(Type))
    .map(([id, resource]) => ({ id, type: resource.Type, ...resource }));
const count = (template: CfnTemplate, type: RegExp): number => every(template, type).length;
/** What computes: machines, groups of machines, and functions other than those the CDK brings for the deployment. */
const computing = (template: CfnTemplate): string[] =>
  every(template, /^AWS::(EC2::Instance|AutoScaling::AutoScalingGroup|Lambda::Function|ECS::Service)$/)
    .filter(({ id }) => !id.startsWith('Custom'))
    .map(({ type }) => type);

/** Every method with what is behind it. */
function methods(template: CfnTemplate): Record<string, Record<string, any>> {
  const parts = Object.fromEntries(
    every(template, /^AWS::ApiGateway::Resource$/).map(({ id, Properties }) => [id, Properties!]),
  );
  const pathOf = (id?: string): string =>
    id && parts[id] ? `${pathOf(parts[id].ParentId.Ref)}/${parts[id].PathPart}` : '';
  return Object.fromEntries(
    every(template, /^AWS::ApiGateway::Method$/).map(({ Properties }) => [
      `${Properties!.HttpMethod} ${pathOf(Properties!.ResourceId.Ref)}`,
      Properties!,
    ]),
  );
}

test('has a variant for each stage, in their order, and the last is what one gets', () => {
  expect(Object.keys(ApplicationEvolution.variants)).toEqual(stages.flatMap((stage) => variantOf(stage).variant));
  expect(synthesised(name)[name]).toEqual(templateOf('event-driven'));
});

describe('one API', () => {
  test.each(stages)('of the stage %s has the same methods, models, keys and limits, under the same names', (stage) => {
    const contractOf = (template: CfnTemplate) => ({
      methods: Object.fromEntries(
        Object.entries(methods(template)).map(
          ([route, { ApiKeyRequired, AuthorizationType, RequestModels, RequestValidatorId }]) => [
            route,
            { ApiKeyRequired, AuthorizationType, RequestModels, RequestValidatorId },
          ],
        ),
      ),
      parts: every(template, /^AWS::ApiGateway::(RestApi|Stage|ApiKey|UsagePlan|Model|Resource)$/).map(({ id }) => id),
      plan: every(template, /^AWS::ApiGateway::UsagePlan$/)[0].Properties!.Throttle,
    });
    const contract = contractOf(templateOf(stage));
    expect(contract).toEqual(contractOf(templateOf('event-driven')));
    expect(Object.keys(contract.methods).sort()).toEqual([...routes].sort());
  });

  test('takes the bodies that programs take, and no others', () => {
    const { schema: _version, ...plain } = documentModel as Record<string, unknown>;
    const model = fromJSONSchema(plain);
    const bodies = fc.record(
      {
        name: fc.oneof(fc.stringMatching(/^[a-z0-9-]{0,45}$/), fc.anything()),
        text: fc.oneof(fc.string(), fc.anything()),
        more: fc.string(),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(bodies, (body) => {
        expect(model.safeParse(body).success).toBe(newDocument.safeParse(body).success);
      }),
    );
  });
});

describe('stage 1', () => {
  const template = templateOf('monolith');
  const [machine] = every(template, /^AWS::EC2::Instance$/);

  test('is one machine, which keeps everything on its disk: there is no other place [serverless-stage-monolith]', () => {
    expect(computing(template)).toEqual(['AWS::EC2::Instance']);
    expect(count(template, /DynamoDB|SQS|EFS|RDS/)).toBe(0);
    expect(every(template, /^AWS::S3::Bucket$/).map(({ id }) => id)).toEqual([expect.stringMatching(/^AccessLogs/)]);
    expect(text(machine.Properties!.UserData['Fn::Base64'])).toContain("export PORT='8080'");
  });

  test('grows by being made larger, in its place: nothing else of it differs between the sizes [serverless-stage-monolith]', () => {
    const [large] = every(templateOf('monolith', 'production'), /^AWS::EC2::Instance$/);
    const sizeOf = ({ Properties }: typeof machine): unknown => Properties!.InstanceType;
    expect([sizeOf(machine), sizeOf(large)]).toEqual(['t4g.small', 'm7g.2xlarge']);
    expect(large.id).toBe(machine.id);
    // CloudFormation replaces a machine for another of these, and stops and starts it for another type.
    for (const replacing of ['ImageId', 'AvailabilityZone', 'NetworkInterfaces', 'KeyName', 'LaunchTemplate'])
      expect([replacing, large.Properties![replacing]]).toEqual([replacing, machine.Properties![replacing]]);
    expect(count(template, /AutoScaling/)).toBe(0);
  });

  test('is there only when its program is: its boot signals, and failing ends the deployment', () => {
    expect(template.Resources[machine.id].CreationPolicy).toEqual({ ResourceSignal: { Count: 1, Timeout: 'PT15M' } });
    expect(text(machine.Properties!.UserData['Fn::Base64'])).toContain(`--resource '${machine.id}'`);
  });

  test('keeps its disk in production when the machine goes', () => {
    const keeps = (profile: ProfileName): unknown =>
      every(templateOf('monolith', profile), /^AWS::EC2::Instance$/)[0].Properties!.BlockDeviceMappings[0].Ebs;
    expect([keeps('sandbox'), keeps('production')]).toMatchObject([
      { DeleteOnTermination: true, Encrypted: true },
      { DeleteOnTermination: false, Encrypted: true },
    ]);
  });

  test('is reached by the API through its balancer alone', () => {
    expect(networkOf(name, variantOf('monolith'))).toHaveReachability([
      ['Link', 'Balancer', 'tcp 80'],
      ['Balancer', 'Machine', 'tcp 8080'],
      ['Machine', 'internet', 'tcp 443'],
      ['Machine', 's3', 'tcp 443'],
    ]);
  });
});

describe('stage 2', () => {
  const template = templateOf('tiered');

  test('is two groups behind two balancers, neither of which can be empty [serverless-stage-tiered]', () => {
    expect(computing(template)).toEqual(['AWS::AutoScaling::AutoScalingGroup', 'AWS::AutoScaling::AutoScalingGroup']);
    expect(count(template, /::LoadBalancer$/)).toBe(2);
    for (const [profile, least] of [
      ['sandbox', 1],
      ['production', 2],
    ] as const)
      for (const { Properties } of every(templateOf('tiered', profile), /AutoScalingGroup$/))
        expect(Number(Properties!.MinSize)).toBe(least);
  });

  test('has its tiers grow each by itself [serverless-stage-tiered]', () => {
    const scaled = every(template, /ScalingPolicy$/).map(({ Properties }) => text(Properties!.AutoScalingGroupName));
    expect(new Set(scaled).size).toBe(2);
  });

  test('has the one in front call the one behind, which nobody else reaches [serverless-stage-tiered]', () => {
    expect(networkOf(name, variantOf('tiered'))).toHaveReachability([
      ['Link', 'Upload/Server/Entry/Balancer', 'tcp 80'],
      ['Upload/Server/Entry/Balancer', 'Upload/Fleet', 'tcp 8080'],
      ['Upload/Fleet', 'Process/Server/Entry/Balancer', 'tcp 80'],
      ['Process/Server/Entry/Balancer', 'Process/Fleet', 'tcp 8080'],
      ...['Upload/Fleet', 'Process/Fleet'].flatMap((fleet) => [
        [fleet, 'internet', 'tcp 443'] as const,
        [fleet, 's3', 'tcp 443'] as const,
      ]),
    ]);
    const told = every(template, /LaunchTemplate$/).map(({ id, Properties }) => [
      id,
      /export PROCESS_URL='http:\/\/<(TieredProcess\w+)\.DNSName>'/.exec(
        text(Properties!.LaunchTemplateData.UserData['Fn::Base64']),
      )?.[1],
    ]);
    expect(told.filter(([, url]) => url)).toEqual([[expect.stringMatching(/^TieredUpload/), expect.any(String)]]);
  });

  test('keeps what the tier in front keeps; the one behind may not touch it', () => {
    const access = accessOf(name, variantOf('tiered'));
    const store = 'Tiered/Library/Objects/Bucket:documents/a';
    expect(access).toAllow('Tiered/Upload/Machine/Role', 's3:PutObject', store);
    for (const action of ['s3:PutObject', 's3:GetObject'])
      expect(access).not.toAllow('Tiered/Process/Machine/Role', action, store);
  });
});

describe('stage 3', () => {
  const template = templateOf('queued');
  const group = (id: RegExp) =>
    every(template, /AutoScalingGroup$/).find((resource) => id.test(resource.id))!.Properties!;

  test('has workers that begin with none, and a tier in front with one [serverless-stage-queued]', () => {
    expect([group(/Workers/).MinSize, group(/Upload/).MinSize, count(template, /::LoadBalancer$/)]).toEqual([
      '0',
      '1',
      1,
    ]);
  });

  test('has workers follow the length of the queue, and go when it is empty [serverless-stage-queued]', () => {
    const alarm = every(template, /Alarm$/).find(({ id }) => /WorkersMissing/.test(id))!.Properties!;
    expect(alarm.Metrics[0].Expression).toBe('CEIL((FILL(waiting, 0) + FILL(working, 0)) / 100) - desired');
    const quiet = Array<number>(20).fill(0);
    const minutes = simulateScaling({
      load: [0, 150, ...quiet],
      jobsPerMinute: 50,
      bootMinutes: 4,
      min: Number(group(/Workers/).MinSize),
      max: Number(group(/Workers/).MaxSize),
      policy: backlogPolicy({ messagesPerWorker: 100, maxCapacity: Number(group(/Workers/).MaxSize), quietMinutes: 5 }),
    });
    expect(Math.max(...minutes.map(({ running }) => running))).toBe(2);
    expect(minutes.at(-1)).toMatchObject({ waiting: 0, working: 0, desired: 0, running: 0 });
    expect(minutes.reduce((sum, { working }) => sum + working, 0)).toBe(150);
  });

  test('has nobody wait for workers: there is no way to them, and none from the tier in front but the queue [serverless-stage-queued]', () => {
    const network = networkOf(name, variantOf('queued'));
    expect(network).toHaveReachability([
      ['Link', 'Balancer', 'tcp 80'],
      ['Balancer', 'Upload/Fleet', 'tcp 8080'],
      ...['Upload/Fleet', 'Workers/Fleet'].flatMap((fleet) => [
        [fleet, 'internet', 'tcp 443'] as const,
        [fleet, 's3', 'tcp 443'] as const,
      ]),
    ]);
    const access = accessOf(name, variantOf('queued'));
    expect(access).toAllow('Queued/Upload/Machine/Role', 'sqs:SendMessage', 'Queued/Jobs/Queue');
    expect(access).not.toAllow('Queued/Upload/Machine/Role', 'sqs:ReceiveMessage', 'Queued/Jobs/Queue');
    expect(access).toAllow('Queued/Workers/Machine/Role', 's3:PutObject', 'Queued/Library/Objects/Bucket:summaries/a');
    expect(access).not.toAllow(
      'Queued/Workers/Machine/Role',
      's3:PutObject',
      'Queued/Library/Objects/Bucket:documents/a',
    );
  });
});

describe('stages 4 and 5', () => {
  const store = {
    Upload: ['Upload/Documents/Objects/Bucket', 's3:GetObject', 's3:PutObject', 's3:ListBucket'],
    Process: ['Process/Summaries/Objects/Bucket', 's3:GetObject', 's3:PutObject', 's3:ListBucket'],
    Manage: ['Manage/Catalogue/Table', 'dynamodb:Query', 'dynamodb:PutItem', 'dynamodb:GetItem'],
  } as const;
  const roles = {
    Upload: ['Upload/Desk/Handler/Role'],
    Process: ['Process/Worker/Role', 'Process/Desk/Handler/Role'],
    Manage: ['Manage/Worker/Role', 'Manage/Desk/Handler/Role'],
  } as const;
  const services = ['Upload', 'Process', 'Manage'] as const;

  test.each(['microservices', 'event-driven'] as const)(
    '%s: three services, three stores, and none reaches another’s [serverless-stage-microservices]',
    (stage) => {
      const access = accessOf(name, variantOf(stage));
      const top = stage === 'microservices' ? 'Microservices' : 'EventDriven';
      const reaches = (role: string, owner: (typeof services)[number]): boolean => {
        const [resource, ...actions] = store[owner];
        return actions.some((action) => {
          const within = /Object$/.test(action) ? `:${owner === 'Upload' ? 'documents' : 'summaries'}/a` : '';
          return access.can(`${top}/${role}`, action, `${top}/${resource}${within}`).verdict !== 'denied';
        });
      };
      for (const service of services)
        for (const role of roles[service])
          expect([role, services.filter((owner) => reaches(role, owner))]).toEqual([role, [service]]);
    },
  );

  test('the one that uploads produces, the one that processes consumes, the one that manages does both [serverless-stage-microservices]', () => {
    const access = accessOf(name, variantOf('microservices'));
    const may = (action: string) =>
      Object.values(roles)
        .flat()
        .flatMap((role) =>
          ['Uploads', 'Jobs']
            .filter(
              (queue) =>
                access.can(`Microservices/${role}`, action, `Microservices/${queue}/Queue`).verdict === 'allowed',
            )
            .map((queue) => `${role.split('/')[0]} ${queue}`),
        );
    expect(may('sqs:SendMessage')).toEqual(['Upload Uploads', 'Manage Jobs']);
    expect(may('sqs:ReceiveMessage')).toEqual(['Process Jobs', 'Manage Uploads']);
    expect(count(templateOf('microservices'), /EventSourceMapping$/)).toBe(2);
  });

  test('have nothing that is paid by the hour, and in the last nothing polls [serverless-stage-event-driven]', () => {
    const hourly = (stage: StageName) =>
      billOf(templateOf(stage) as never).fixed.filter(({ unit }) => /hour/.test(unit));
    expect(stages.map((stage) => hourly(stage).length > 0)).toEqual([true, true, true, false, false]);
    for (const stage of ['microservices', 'event-driven'] as const)
      expect(count(templateOf(stage), /EC2|ECS|AutoScaling|ElasticLoadBalancing/)).toBe(0);
    expect(count(templateOf('event-driven'), /EventSourceMapping$/)).toBe(0);
  });

  test('in the last, who speaks knows a bus and a name, and nobody who hears it [serverless-stage-event-driven]', () => {
    const template = templateOf('event-driven');
    const told = every(template, /^AWS::Events::Rule$/).map(({ Properties }) => [
      Properties!.EventPattern['detail-type'],
      Properties!.EventPattern.detail?.attempt,
      Properties!.Targets.map(({ Arn }: any) => text(Arn).replace(/^<EventDriven|[0-9A-F]{8}.*$/g, '')),
    ]);
    expect(told).toEqual([
      [['document.uploaded'], undefined, ['ManageWorkerFunction', 'ProcessWorkerFunction']],
      [['upload.failed'], [{ numeric: ['<', 2] }], ['RetryFunction']],
      [['upload.failed'], [{ numeric: ['>=', 2] }], ['GivenUpQueue']],
    ]);
    const access = accessOf(name);
    for (const role of ['Upload/Desk/Handler/Role', 'Retry/Role'])
      for (const [source, verdict] of [
        ['evolution.upload', 'allowed'],
        ['evolution.process', 'denied'],
      ])
        expect(
          access.can(`EventDriven/${role}`, 'events:PutEvents', 'EventDriven/Hub/Bus', { 'events:source': source })
            .verdict,
        ).toBe(verdict);
  });

  test('whatever cannot be delivered or worked lies in a queue that is watched', () => {
    const template = templateOf('event-driven');
    for (const { Properties } of every(template, /EventInvokeConfig$/))
      expect(text(Properties!.DestinationConfig.OnFailure.Destination)).toMatch(/^<EventDrivenHubFailuresQueue/);
    const watched = every(template, /Alarm$/)
      .filter(({ Properties }) => Properties!.MetricName === 'ApproximateNumberOfMessagesVisible')
      .map(({ Properties }) => text(Properties!.Dimensions[0].Value));
    expect(watched).toHaveLength(count(template, /^AWS::SQS::Queue$/));
  });
});

describe('the bill when nobody calls', () => {
  const monthly = (stage: StageName, profile: ProfileName): number =>
    Number(billOf(templateOf(stage, profile), { region: 'us-east-1' }).monthly);

  test('falls from stage to stage in production, where one machine carries the peak of everything [serverless-stage-monolith]', () => {
    const bills = stages.map((stage) => monthly(stage, 'production'));
    expect(bills).toEqual([...bills].sort((a, b) => b - a));
    expect(bills[0]).toBeGreaterThan(50 * bills[4]);
  });

  test('is by the hour for servers, and next to nothing without them', () => {
    for (const stage of stages) {
      const amount = monthly(stage, 'sandbox');
      if (['microservices', 'event-driven'].includes(stage)) expect(amount).toBeLessThan(5);
      else expect(amount).toBeGreaterThan(20);
    }
  });
});

describe('snapshots', () => matchesItsSnapshots(name));
