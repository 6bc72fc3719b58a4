import type { Properties } from '../../template/stack';
import { HOURS, hourly, type Billing, type Charge, type Rules } from '../rule';
import { Open, type Part } from '../site';

/** Disk that the price of a Fargate task includes, in GB. */
const INCLUDED_DISK = 20;

export const containers: Rules = {
  'AWS::EKS::Cluster': () => ({
    fixed: [hourly('eks.cluster.hour')],
    note: 'A version of Kubernetes out of standard support costs six times as much.',
  }),
  'AWS::ECS::Service': (part) => {
    const count = part.number('DesiredCount') ?? 1;
    if (!onFargate(part)) return { note: 'Its tasks run on servers that are billed by themselves.' };
    const task = part.refers('TaskDefinition');
    if (task === undefined) throw new Open('its task definition is not among the templates');
    return tasks(part, task, count);
  },
  'AWS::ECR::Repository': () => ({ usage: [{ price: 'ecr.gb-month', words: 'each GB of images kept' }] }),
};

function onFargate(service: Part): boolean {
  const providers = service.list('CapacityProviderStrategy').map(({ CapacityProvider }) => String(CapacityProvider));
  if (providers.length > 0) return providers.some((name) => name.startsWith('FARGATE'));
  const type = service.text('LaunchType');
  if (type !== undefined) return type === 'FARGATE';
  const task = service.refers('TaskDefinition');
  return (task?.list('RequiresCompatibilities') as unknown as string[] | undefined)?.includes('FARGATE') ?? false;
}

function tasks(service: Part, task: Part, count: number): Billing {
  const chip = task.text('RuntimePlatform.CpuArchitecture') === 'ARM64' ? 'arm' : 'x86';
  const [cpu, memory] = [task.number('Cpu'), task.number('Memory')];
  if (cpu === undefined || memory === undefined) throw new Open('its task definition names no Cpu or no Memory');
  const disk = (task.number('EphemeralStorage.SizeInGiB') ?? INCLUDED_DISK) - INCLUDED_DISK;
  const of = (price: string, amount: number, unit: string): Charge => ({
    price,
    units: count * amount * HOURS,
    words: `${count} ${count === 1 ? 'task' : 'tasks'} of ${amount} ${unit}`,
  });
  const configuration = service.get('NetworkConfiguration.AwsvpcConfiguration') as Properties | undefined;
  const isSpot = service
    .list('CapacityProviderStrategy')
    .some(({ CapacityProvider }) => CapacityProvider === 'FARGATE_SPOT');
  return {
    fixed: [
      of(`fargate.vcpu-hour/${chip}`, cpu / 1024, 'vCPU'),
      of(`fargate.gb-hour/${chip}`, memory / 1024, 'GB'),
      ...(disk > 0 ? [of('fargate.disk.gb-hour', disk, 'GB')] : []),
      ...(configuration?.AssignPublicIp === 'ENABLED' ? [hourly('vpc.public-ipv4.hour', count)] : []),
    ].filter(({ units }) => units > 0),
    note: isSpot ? 'Tasks on Fargate Spot are counted at the price on demand; Spot costs up to 70 % less.' : undefined,
  };
}
