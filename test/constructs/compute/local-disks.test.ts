import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LocalDisks, localDisksScript } from '../../../lib/constructs/compute/local-disks';

/** A machine of which the script sees only what these programs tell it. */
class Machine {
  readonly root = mkdtempSync(join(tmpdir(), 'local-disks-'));
  private readonly bin = join(this.root, 'bin');
  private readonly log = join(this.root, 'log');

  constructor(disks: readonly string[]) {
    mkdirSync(this.bin);
    writeFileSync(this.log, '');
    const listing = [
      '/dev/nvme0n1 Amazon Elastic Block Store',
      ...disks.map((disk) => `${disk} Amazon EC2 NVMe Instance Storage`),
    ];
    writeFileSync(join(this.root, 'disks'), `${listing.join('\n')}\n`);
    this.program('lsblk', `cat ${this.root}/disks`);
    // A file with the name of the device stands for its file system, which a stop wipes.
    this.program('blkid', `[[ -e ${this.root}/fs/\${1//\\//_} ]]`);
    this.program('mkfs.xfs', `${this.note('mkfs')}; mkdir -p ${this.root}/fs; touch ${this.root}/fs/\${2//\\//_}`);
    this.program(
      'mdadm',
      `${this.note('mdadm')}; if [[ $1 == --assemble ]]; then [[ -e ${this.root}/array ]]; else touch ${this.root}/array; fi`,
    );
    this.program('mount', `${this.note('mount')}; touch ${this.root}/mounted`);
    this.program('mountpoint', `[[ -e ${this.root}/mounted ]]`);
  }

  private note = (name: string): string => `echo "${name} $*" >>${this.log}`;

  private program(name: string, text: string): void {
    writeFileSync(join(this.bin, name), `#!/bin/bash\n${text}\n`);
    chmodSync(join(this.bin, name), 0o755);
  }

  start(folder = '/scratch'): { status: number | null; stderr: string } {
    const script = join(this.root, 'script');
    writeFileSync(script, localDisksScript);
    const { status, stderr } = spawnSync('bash', [script, folder], {
      encoding: 'utf8',
      env: { PATH: `${this.bin}:${process.env.PATH}`, BOOT_ROOT: this.root },
    });
    return { status, stderr };
  }

  /** What was done since it was asked last. */
  did(): string[] {
    const lines = readFileSync(this.log, 'utf8').replaceAll(this.root, '').trim().split('\n').filter(Boolean);
    writeFileSync(this.log, '');
    return lines;
  }

  reboot(): void {
    execFileSync('rm', ['-f', join(this.root, 'mounted')]);
  }

  /** A stop, a move or a change of type: the disks are blank. */
  lose(): void {
    execFileSync('rm', ['-rf', join(this.root, 'mounted'), join(this.root, 'fs'), join(this.root, 'array')]);
  }
}

describe('the script of local disks', () => {
  test('one disk gets a file system and is mounted; EBS volumes are not touched [compute-instance-store]', () => {
    const machine = new Machine(['/dev/nvme1n1']);
    expect(machine.start().status).toBe(0);
    expect(machine.did()).toEqual(['mkfs -q /dev/nvme1n1', 'mount -o noatime /dev/nvme1n1 /scratch']);
    expect(existsSync(join(machine.root, 'scratch'))).toBe(true);
  });

  test('several become one [compute-instance-store]', () => {
    const machine = new Machine(['/dev/nvme1n1', '/dev/nvme2n1']);
    expect(machine.start().status).toBe(0);
    expect(machine.did()).toEqual([
      'mdadm --assemble /dev/md/local /dev/nvme1n1 /dev/nvme2n1',
      'mdadm --create /dev/md/local --run --homehost=any --level=0 --raid-devices=2 /dev/nvme1n1 /dev/nvme2n1',
      'mkfs -q /dev/md/local',
      'mount -o noatime /dev/md/local /scratch',
    ]);
  });

  test('a reboot keeps what they hold, a stop does not, and both end with them mounted [compute-instance-store]', () => {
    const machine = new Machine(['/dev/nvme1n1', '/dev/nvme2n1']);
    machine.start();
    machine.did();
    machine.reboot();
    expect(machine.start().status).toBe(0);
    expect(machine.did().map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual([
      'mdadm --assemble',
      'mount -o',
    ]);
    machine.lose();
    expect(machine.start().status).toBe(0);
    expect(machine.did().map((line) => line.split(' ')[0])).toEqual(['mdadm', 'mdadm', 'mkfs', 'mount']);
  });

  test('run again it changes nothing', () => {
    const machine = new Machine(['/dev/nvme1n1']);
    machine.start();
    machine.did();
    expect(machine.start().status).toBe(0);
    expect(machine.did()).toEqual([]);
  });

  test('a machine without any says so and fails', () => {
    expect(new Machine([]).start()).toEqual({ status: 1, stderr: 'this machine has no local disks\n' });
  });

  test('its user data enables a unit for every start, and ends the boot where they cannot be mounted [compute-instance-store]', () => {
    const commands = LocalDisks.at('/scratch').commands();
    expect(commands.at(-1)).toBe('systemctl enable --now local-disks || exit');
    expect(commands.join('\n')).toContain('ExecStart=/usr/local/sbin/mount-local-disks /scratch\n');
    expect(commands.join('\n')).toContain('WantedBy=multi-user.target');
  });

  const shellcheck = spawnSync('shellcheck', ['--version']).status === 0 ? test : test.skip;
  shellcheck('shellcheck finds nothing', () => {
    expect(spawnSync('shellcheck', ['-'], { input: localDisksScript, encoding: 'utf8' }).stdout).toBe('');
  });
});
