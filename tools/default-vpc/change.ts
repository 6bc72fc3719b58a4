import {
  CreateDefaultVpcCommand,
  DeleteInternetGatewayCommand,
  DeleteSubnetCommand,
  DeleteVpcCommand,
  DetachInternetGatewayCommand,
  type EC2Client,
} from '@aws-sdk/client-ec2';
import { defaultVpcIn, look, type DefaultVpc } from './findings';

/** One call, in words, and the call. */
interface Step {
  readonly does: string;
  readonly call: () => Promise<unknown>;
}

/** What came of one Region. */
export interface Outcome {
  readonly region: string;
  readonly result: 'nothing to do' | 'planned' | 'done' | 'refused' | 'failed';
  /** The calls that were made, or would be. */
  readonly steps: readonly string[];
  /** Why it was refused or failed, or what there was instead. */
  readonly reasons: readonly string[];
}

/**
 * Takes the default VPC of a Region away: first its internet gateway, then its subnets, then the VPC itself, with which its
 * main route table and its default group and ACL go. It refuses before the first call where anybody uses it.
 *
 * What is gone already counts as done, so that a second run finishes what a first one began.
 *
 * @param apply whether the calls are made, not only told
 * @claims network-default-vpc-tool
 */
export async function remove(ec2: EC2Client, region: string, apply: boolean): Promise<Outcome> {
  const vpcId = await defaultVpcIn(ec2);
  if (vpcId === undefined)
    return { region, result: 'nothing to do', steps: [], reasons: ['the Region has no default VPC'] };
  const vpc = await look(ec2, vpcId);
  const steps = removal(ec2, vpc);
  if (vpc.inUse.length > 0)
    return {
      region,
      result: 'refused',
      steps: [],
      reasons: vpc.inUse.map((reason) => `${vpcId} is in use: ${reason}`),
    };
  return carryOut(region, steps, apply);
}

/** Makes the default VPC of a Region again, all its parts in one call. */
export async function create(ec2: EC2Client, region: string, apply: boolean): Promise<Outcome> {
  const vpcId = await defaultVpcIn(ec2);
  if (vpcId !== undefined)
    return { region, result: 'nothing to do', steps: [], reasons: [`${vpcId} is its default VPC`] };
  const call = () => ec2.send(new CreateDefaultVpcCommand({}));
  return carryOut(region, [{ does: 'create the default VPC with its gateway and subnets', call }], apply);
}

const removal = (ec2: EC2Client, { vpcId, gatewayIds, subnetIds }: DefaultVpc): Step[] => [
  ...gatewayIds.flatMap((InternetGatewayId) => [
    {
      does: `detach the internet gateway ${InternetGatewayId}`,
      call: () => ec2.send(new DetachInternetGatewayCommand({ InternetGatewayId, VpcId: vpcId })),
    },
    {
      does: `delete the internet gateway ${InternetGatewayId}`,
      call: () => ec2.send(new DeleteInternetGatewayCommand({ InternetGatewayId })),
    },
  ]),
  ...subnetIds.map((SubnetId) => ({
    does: `delete the subnet ${SubnetId}`,
    call: () => ec2.send(new DeleteSubnetCommand({ SubnetId })),
  })),
  { does: `delete the VPC ${vpcId}`, call: () => ec2.send(new DeleteVpcCommand({ VpcId: vpcId })) },
];

async function carryOut(region: string, steps: readonly Step[], apply: boolean): Promise<Outcome> {
  if (!apply) return { region, result: 'planned', steps: steps.map(({ does }) => does), reasons: [] };
  const made: string[] = [];
  for (const { does, call } of steps) {
    try {
      await call();
    } catch (error) {
      const { name, message } = error as Error;
      if (!/NotFound$|^Gateway\.NotAttached$/.test(name)) {
        const rest = `${made.length} of ${steps.length} calls were made; mend the cause and run this again for the rest`;
        return { region, result: 'failed', steps: made, reasons: [`cannot ${does}: ${name}: ${message}; ${rest}`] };
      }
    }
    made.push(does);
  }
  return { region, result: 'done', steps: made, reasons: [] };
}
