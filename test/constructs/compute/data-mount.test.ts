import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Size } from 'aws-cdk-lib';
import { BootProgram } from '../../../lib/constructs/compute/boot-program';
import { DataMount } from '../../../lib/constructs/compute/data-mount';
import { dataMountScript } from '../../../lib/constructs/compute/data-mount-script';
import { DataVolume, type DataVolumeProps } from '../../../lib/constructs/compute/data-volume';
import { EbsDisk } from '../../../lib/constructs/compute/ebs-disk';
import { testStack } from '../../support/app';
import { text } from '../../support/decide';

/** A machine of which the script sees only what these programs tell it. A file in `fs` stands for what is on a device. */
class Machine {
  readonly root = mkdtempSync(join(tmpdir(), 'data-mount-'));
  private readonly bin = join(this.root, 'bin');
  private readonly log = join(this.root, 'log');

  constructor(private blkidStatus = 2) {
    for (const folder of ['bin', 'fs', 'dev/disk/by-id', 'dev/md'])
      mkdirSync(join(this.root, folder), { recursive: true });
    writeFileSync(this.log, '');
    const content = `content=${this.root}/fs/$(basename "\${@: -1}")`;
    this.program(
      'blkid',
      `${content}; [[ -e $content ]] || exit ${this.blkidStatus}; case "$*" in *UUID*) echo "uuid-of-$(cat $content)";; *TYPE*) echo xfs;; esac`,
    );
    this.program('mkfs.xfs', `${this.note('mkfs')}; ${content}; basename "$2" >$content`);
    this.program(
      'mdadm',
      `${this.note('mdadm')}; if [[ $1 == --assemble ]]; then [[ -e ${this.root}/array ]]; else touch ${this.root}/array; fi`,
    );
    this.program('mount', `${this.note('mount')}; touch ${this.root}/mounted`);
    this.program('mountpoint', `[[ -e ${this.root}/mounted ]]`);
    this.program('xfs_growfs', this.note('grow'));
    this.program('dd', this.note('dd'));
    this.program('sleep', this.note('sleep'));
    this.program(
      'curl',
      `case "$*" in *--request*api/token) echo token;; *token-ttl*|*": token"*instance-id) echo i-0me;; *": token"*region) echo eu-west-1;; *) exit 22;; esac`,
    );
    this.program('aws', `${this.note('aws')}; echo 'AccessDenied' >&2; exit 255`);
  }

  /** EC2 refuses so often to attach a volume, for the reason it gives, and then does it. */
  refuses(times: number, reason: string): void {
    const link = `${this.root}/dev/disk/by-id/nvme-Amazon_Elastic_Block_Store_vol0aa`;
    writeFileSync(join(this.root, 'left'), `${times}`);
    this.program(
      'aws',
      `${this.note('aws')}; left=$(cat ${this.root}/left); echo $((left - 1)) >${this.root}/left
      if ((left > 0)); then echo '${reason}' >&2; exit 254; fi; touch ${this.root}/dev/nvme1n1; ln -s ${this.root}/dev/nvme1n1 ${link}`,
    );
  }

  private note = (name: string): string => `echo "${name} $*" >>${this.log}`;

  private program(name: string, body: string): void {
    writeFileSync(join(this.bin, name), `#!/bin/bash\n${body}\n`);
    chmodSync(join(this.bin, name), 0o755);
  }

  /** A volume arrives, under whatever name the kernel gives it. */
  attach(volume: string, device: string, holds?: string): void {
    writeFileSync(join(this.root, 'dev', device), '');
    if (holds) writeFileSync(join(this.root, 'fs', device), holds);
    const link = volume.startsWith('vol-')
      ? join(this.root, 'dev/disk/by-id', `nvme-Amazon_Elastic_Block_Store_${volume.replace('-', '')}`)
      : join(this.root, volume);
    execFileSync('ln', ['-sf', join(this.root, 'dev', device), link]);
  }

  start(...args: readonly string[]): { status: number | null; stderr: string } {
    const script = join(this.root, 'script');
    writeFileSync(script, dataMountScript);
    const { status, stderr } = spawnSync('bash', [script, ...args], {
      encoding: 'utf8',
      env: { PATH: `${this.bin}:${process.env.PATH}`, BOOT_ROOT: this.root, ATTEMPTS: '3' },
    });
    return { status, stderr: stderr.replaceAll(this.root, '') };
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

  get fstab(): string {
    return readFileSync(join(this.root, 'etc/fstab'), 'utf8');
  }
}

const one = ['/srv/data', 'lazily', 'vol-0aa'];
const two = [...one, 'vol-0bb'];

describe('the script that mounts data volumes', () => {
  test('it finds the device by the id of the volume, formats it while it is blank, and mounts it so that a start never fails for it [compute-ebs-volume]', () => {
    const machine = new Machine();
    machine.attach('vol-0aa', 'nvme2n1');
    expect(machine.start(...one)).toEqual({ status: 0, stderr: '' });
    expect(machine.did()).toEqual(['mkfs -q /dev/nvme2n1', 'mount /srv/data', 'grow /srv/data']);
    expect(machine.fstab).toBe('UUID=uuid-of-nvme2n1 /srv/data auto defaults,nofail 0 2\n');
    expect(existsSync(join(machine.root, 'srv/data'))).toBe(true);
  });

  test('what holds anything is never formatted, and has its line once [compute-ebs-volume]', () => {
    const machine = new Machine();
    machine.attach('vol-0aa', 'nvme1n1', 'letters');
    machine.start(...one);
    machine.reboot();
    machine.attach('vol-0aa', 'nvme3n1', 'letters');
    expect(machine.start(...one).status).toBe(0);
    expect(machine.did().filter((line) => line.startsWith('mkfs'))).toEqual([]);
    expect(machine.fstab).toBe('UUID=uuid-of-letters /srv/data auto defaults,nofail 0 2\n');
  });

  test('a device of which it cannot be told what it holds is not formatted [compute-ebs-volume]', () => {
    const machine = new Machine(8);
    machine.attach('vol-0aa', 'nvme1n1');
    expect(machine.start(...one).status).not.toBe(0);
    expect(machine.did()).toEqual([]);
  });

  test('another volume for the folder takes the line of the one before; other lines stay', () => {
    const machine = new Machine();
    mkdirSync(join(machine.root, 'etc'));
    writeFileSync(
      join(machine.root, 'etc/fstab'),
      'UUID=root / xfs defaults 0 1\nUUID=old /srv/data auto nofail 0 2\n',
    );
    machine.attach('vol-0aa', 'nvme1n1', 'new');
    machine.start(...one);
    expect(machine.fstab).toBe('UUID=root / xfs defaults 0 1\nUUID=uuid-of-new /srv/data auto defaults,nofail 0 2\n');
  });

  test('it waits for a volume that is not there yet, and says so when it never comes', () => {
    const machine = new Machine();
    expect(machine.start(...one)).toEqual({ status: 1, stderr: 'vol-0aa is not attached\n' });
    expect(machine.did()).toEqual(['sleep 5', 'sleep 5']);
  });

  describe('of a volume that the server attaches itself', () => {
    const given = ['/srv/data', 'lazily', 'vol-0aa=/dev/sdf'];
    const asked = 'aws ec2 attach-volume --region eu-west-1 --volume-id vol-0aa --instance-id i-0me --device /dev/sdf';

    test('it asks for the volume until the server before it has let go, and mounts it then [compute-ebs-volume]', () => {
      const machine = new Machine();
      machine.refuses(1, 'VolumeInUse');
      expect(machine.start(...given)).toEqual({ status: 0, stderr: '' });
      expect(machine.did()).toEqual([
        ...[asked, 'sleep 5', asked, 'sleep 5'],
        ...['mkfs -q /dev/nvme1n1', 'mount /srv/data', 'grow /srv/data'],
      ]);
    });

    test('one that has it already asks for nothing', () => {
      const machine = new Machine();
      machine.attach('vol-0aa', 'nvme1n1', 'letters');
      expect(machine.start(...given).status).toBe(0);
      expect(machine.did()).toEqual(['mount /srv/data', 'grow /srv/data']);
    });

    test('what EC2 said last is told when the volume never comes', () => {
      const machine = new Machine();
      machine.refuses(9, 'VolumeInUse: vol-0aa is already attached to an instance');
      expect(machine.start(...given)).toEqual({
        status: 1,
        stderr: 'vol-0aa is not attached: VolumeInUse: vol-0aa is already attached to an instance\n',
      });
    });
  });

  test('several blank volumes become one, which a later start assembles and leaves as it is [compute-ebs-raid0]', () => {
    const machine = new Machine();
    machine.attach('vol-0aa', 'nvme1n1');
    machine.attach('vol-0bb', 'nvme2n1');
    expect(machine.start(...two).status).toBe(0);
    const assembled = 'mdadm --assemble /dev/md/data /dev/nvme1n1 /dev/nvme2n1';
    expect(machine.did()).toEqual([
      assembled,
      'mdadm --create /dev/md/data --run --homehost=any --level=0 --raid-devices=2 /dev/nvme1n1 /dev/nvme2n1',
      'mkfs -q /dev/md/data',
      'mount /srv/data',
      'grow /srv/data',
    ]);
    machine.reboot();
    expect(machine.start(...two).status).toBe(0);
    expect(machine.did()).toEqual([assembled, 'mount /srv/data', 'grow /srv/data']);
    expect(machine.start(...two).status).toBe(0);
    expect(machine.did()).toEqual([assembled, 'grow /srv/data']);
  });

  test('no array is made over what holds something [compute-ebs-raid0]', () => {
    const machine = new Machine();
    machine.attach('vol-0aa', 'nvme1n1');
    machine.attach('vol-0bb', 'nvme2n1', 'letters');
    expect(machine.start(...two)).toEqual({
      status: 1,
      stderr: '/dev/nvme2n1 holds something but makes no array with the others; nothing was written\n',
    });
    expect(machine.did()).toEqual(['mdadm --assemble /dev/md/data /dev/nvme1n1 /dev/nvme2n1']);
  });

  test('disks of the instance are found by their names', () => {
    const machine = new Machine();
    machine.attach('/dev/xvdf', 'nvme1n1');
    machine.attach('/dev/xvdg', 'nvme2n1');
    expect(machine.start('/srv/data', 'lazily', '/dev/xvdf', '/dev/xvdg').status).toBe(0);
    expect(machine.did()[0]).toBe('mdadm --assemble /dev/md/data /dev/nvme1n1 /dev/nvme2n1');
  });

  test('every block of a restored volume is read once, after it is mounted [compute-restore-warm]', () => {
    const machine = new Machine();
    machine.attach('vol-0aa', 'nvme1n1', 'letters');
    machine.start('/srv/data', 'all', 'vol-0aa');
    expect(machine.did()).toEqual([
      'mount /srv/data',
      'grow /srv/data',
      'dd if=/dev/nvme1n1 of=/dev/null bs=1M status=none',
    ]);
    machine.reboot();
    machine.start('/srv/data', 'all', 'vol-0aa');
    expect(machine.did()).toEqual(['mount /srv/data', 'grow /srv/data']);
  });

  const shellcheck = spawnSync('shellcheck', ['--version']).status === 0 ? test : test.skip;
  shellcheck('shellcheck finds nothing', () => {
    expect(spawnSync('shellcheck', ['-'], { input: dataMountScript, encoding: 'utf8' }).stdout).toBe('');
  });
});

const disk = EbsDisk.gp3({ size: Size.gibibytes(100) });
const restored = { snapshotId: 'snap-0123456789abcdef0' };

function boot(mounts: (volume: (id: string, props?: Partial<DataVolumeProps>) => DataVolume) => DataMount[]) {
  const stack = testStack();
  const volume = (id: string, props: Partial<DataVolumeProps> = {}) =>
    new DataVolume(stack, id, { availabilityZone: 'eu-west-1a', disk, ...props });
  const program = new BootProgram(stack, 'Boot', {
    program: join(__dirname, 'boot.sh'),
    dataMounts: mounts(volume),
  });
  return text(stack.resolve(program.userData.render()));
}

describe('DataMount', () => {
  test('user data enables a unit for every start, and does not wait for a volume that arrives later [compute-ebs-volume]', () => {
    const told = boot((volume) => [DataMount.volume(volume('Data'), '/srv/data')]);
    expect(told).toContain('ExecStart=/usr/local/sbin/mount-data-volume /srv/data lazily <DataVolume');
    expect(told).toContain("systemctl enable --now --no-block 'data-mount-srv-data.service'\n");
    expect(told).toContain('\nRestart=on-failure\nRestartSec=60\n');
    expect(told).toContain('WantedBy=multi-user.target');
  });

  test('disks of the instance are there before the program begins, and end the boot where they cannot be mounted [compute-ebs-raid0]', () => {
    const mount = DataMount.stripedDisks({ disk, devices: ['/dev/xvdf', '/dev/xvdg'] }, '/srv/data');
    expect(mount.dataDisks).toEqual({ '/dev/xvdf': disk, '/dev/xvdg': disk });
    const told = boot(() => [mount]);
    expect(told).toContain('mount-data-volume /srv/data lazily /dev/xvdf /dev/xvdg\n');
    expect(told).toContain("systemctl enable --now 'data-mount-srv-data.service' || exit\n");
    expect(told).toContain('dnf install --assumeyes --quiet mdadm || exit\n');
  });

  test('several mounts share one script, and a restored one is read to its end', () => {
    const told = boot((volume) => [
      DataMount.volume(volume('One'), '/srv/one'),
      DataMount.volume(volume('Two', { from: restored }), '/srv/two', { readAll: true }),
    ]);
    expect(told.split('END_DATA_MOUNT')).toHaveLength(3);
    expect(told).toContain('mount-data-volume /srv/two all <Two');
  });

  test.each<[string, Parameters<typeof boot>[0]]>([
    [
      'readAll is true for /srv/data, whose volume has an initialisationRate: every block would be fetched twice; leave one out',
      (volume) => [
        DataMount.volume(
          volume('Data', { from: { ...restored, initialisationRate: Size.mebibytes(100) } }),
          '/srv/data',
          { readAll: true },
        ),
      ],
    ],
    [
      'readAll is true for /srv/data, but nothing is restored, and a blank volume is fast at once; leave it out',
      (volume) => [DataMount.volume(volume('Data'), '/srv/data', { readAll: true })],
    ],
  ])('fails when blocks are read for nothing: %s [compute-restore-warm]', (fault, mounts) => {
    expect(() => boot(mounts)).toThrow(`Stack/Boot:\n  ${fault}`);
  });

  test('fails when a volume of several instances would get xfs [compute-ebs-multi-attach]', () => {
    const shared = { disk: EbsDisk.io2({ size: Size.gibibytes(8), iops: 100 }), multiAttach: true };
    expect(() => boot((volume) => [DataMount.volume(volume('Data', shared), '/srv/data')])).toThrow(
      '/srv/data is Stack/Data, which several instances have at once: xfs and ext4 would be destroyed by the second that mounts it; set it up with a cluster file system such as GFS2 in the boot program',
    );
  });

  test.each<[string, Parameters<typeof boot>[0]]>([
    [
      '/srv/data is striped over the root device, which an instance boots from and no array can hold; take devices from /dev/xvdf on',
      () => [DataMount.stripedDisks({ disk, devices: ['/dev/xvda', '/dev/xvdf'] }, '/srv/data')],
    ],
    [
      '/srv/data is striped over 1 disks; give two or more',
      () => [DataMount.stripedDisks({ disk, devices: ['/dev/xvdf'] }, '/srv/data')],
    ],
    [
      '/srv/data is striped over /dev/xvdf, /dev/xvdf; name each device once',
      () => [DataMount.stripedDisks({ disk, devices: ['/dev/xvdf', '/dev/xvdf'] }, '/srv/data')],
    ],
    [
      '/srv/data is striped over 100 GiB of gp3 and 8 GiB of gp3, 3000 IOPS, and is as slow and small as the least of them; make them equal',
      (volume) => [
        DataMount.stripedVolumes(
          [volume('One'), volume('Two', { disk: EbsDisk.gp3({ size: Size.gibibytes(8), iops: 3_000 }) })],
          '/srv/data',
        ),
      ],
    ],
  ])('fails when an array cannot be, or would be slow: %s [compute-ebs-raid0]', (fault, mounts) => {
    expect(() => boot(mounts)).toThrow(`Stack/Boot:\n  ${fault}`);
  });

  test.each<[string, Parameters<typeof boot>[0]]>([
    [
      'a data volume is to be seen at /var; give a folder of its own, such as /srv/data',
      (volume) => [DataMount.volume(volume('Data'), '/var')],
    ],
    [
      'a data volume is to be seen at /dev/data; give a folder of its own, such as /srv/data',
      (volume) => [DataMount.volume(volume('Data'), '/dev/data')],
    ],
    ['/srv/data is made of no volume; give one', () => [DataMount.stripedVolumes([], '/srv/data')]],
    [
      '/srv/data is to be two things that are mounted; give each a folder of its own',
      (volume) => [DataMount.volume(volume('A'), '/srv/data'), DataMount.volume(volume('B'), '/srv/data')],
    ],
  ])('fails when it cannot be seen: %s', (fault, mounts) => {
    expect(() => boot(mounts)).toThrow(`Stack/Boot:\n  ${fault}`);
  });
});
