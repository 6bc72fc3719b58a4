import type { Properties } from '../../template/stack';
import { monthly, type Charge } from '../rule';

/** What the price of gp3 includes. */
const included = { iops: 3000, throughput: 125 };

/** Disks alike, described as in a launch template or a volume. */
export function disks(ebs: Properties, count = 1, words?: string): Charge[] {
  const type = String(ebs.VolumeType ?? 'gp2');
  const size = Number(ebs.VolumeSize ?? ebs.Size ?? 1);
  const iops = Number(ebs.Iops ?? 0);
  const throughput = Number(ebs.Throughput ?? 0);
  const charges = [monthly(`ebs.gb-month/${type}`, size * count, words ? `${words} of ${size} GB` : undefined)];
  if (type === 'gp3' && iops > included.iops) charges.push(monthly('ebs.gp3.iops', (iops - included.iops) * count));
  if (type === 'gp3' && throughput > included.throughput)
    charges.push(monthly('ebs.gp3.throughput', (throughput - included.throughput) * count));
  if (type === 'io1' || type === 'io2') charges.push(monthly(`ebs.${type}.iops`, iops * count));
  return charges;
}
