import { installArrays } from './boot-kit';
import type { DataVolume } from './data-volume';
import { dataMountScript } from './data-mount-script';
import type { EbsDisk } from './ebs-disk';
import { isOwnFolder } from './mount-folder';

export interface DataMountOptions {
  /**
   * Whether every block is read once after the first mount, so that a restored volume is fast from then on. What it reads is slow itself, and a
   * volume with an `initialisationRate` needs it not; the two are refused together.
   * @default false
   */
  readonly readAll?: boolean;
}

/** Equal volumes that an instance or a launch template starts with, and that become one. */
export interface StripedDisks {
  readonly disk: EbsDisk;
  /** Two or more names, such as /dev/xvdf and /dev/xvdg. */
  readonly devices: readonly string[];
}

const script = '/usr/local/sbin/mount-data-volume';

/**
 * A folder of an instance that is a data volume, or several striped as one. A blank volume gets an xfs file system; one that holds anything is never formatted.
 *
 * Volumes of their own (`DataVolume`) arrive when the instance has booted and nobody else has them, so that the boot program must not wait for the
 * folder: a service that needs it has `Requires=` and `After=` the `unit`. Striped disks of the instance itself are there when the program begins.
 *
 * @claims compute-ebs-volume, compute-ebs-raid0, compute-ebs-multi-attach, compute-restore-warm
 */
export class DataMount {
  /** One volume at a folder, such as `/srv/data`. */
  static volume(volume: DataVolume, at: string, options: DataMountOptions = {}): DataMount {
    return new DataMount(at, [volume], undefined, options);
  }
  /** Several equal volumes as one, with the speed of all up to what the type takes (`jointSpeed`); lost when one is lost. */
  static stripedVolumes(volumes: readonly DataVolume[], at: string, options: DataMountOptions = {}): DataMount {
    return new DataMount(at, volumes, undefined, options);
  }
  /** Disks of the instance's own as one; give `mount.dataDisks` to the instance or the launch template. */
  static stripedDisks(striped: StripedDisks, at: string): DataMount {
    return new DataMount(at, [], striped, {});
  }

  /** What systemd calls it. */
  readonly unit: string;

  private constructor(
    readonly at: string,
    private readonly volumes: readonly DataVolume[],
    private readonly striped: StripedDisks | undefined,
    private readonly options: DataMountOptions,
  ) {
    this.unit = `data-mount${at.replaceAll('/', '-')}.service`;
  }

  /** What an instance or a launch template is given as `dataDisks`, for disks of its own. */
  get dataDisks(): Readonly<Record<string, EbsDisk>> {
    return Object.fromEntries((this.striped?.devices ?? []).map((device) => [device, this.striped!.disk]));
  }

  /** Whether it is made of several, which takes a tool that is installed patiently. */
  get isStriped(): boolean {
    return (this.striped?.devices ?? this.volumes).length > 1;
  }

  /** Commands of user data that mount it now, or when it arrives, and at every start; the script and `patiently` must be there. */
  commands(): string[] {
    const { at, unit, striped, volumes, options } = this;
    const disks = striped?.devices ?? volumes.map((volume) => volume.mount());
    const text = [
      '[Unit]',
      `Description=Data at ${at}`,
      '[Service]',
      'Type=oneshot',
      'RemainAfterExit=yes',
      `ExecStart=${script} ${at} ${options.readAll ? 'all' : 'lazily'} ${disks.join(' ')}`,
      // The server that has the volume may be there for longer than the script waits.
      'Restart=on-failure',
      'RestartSec=60',
      '[Install]',
      'WantedBy=multi-user.target',
    ].join('\n');
    return [
      ...(this.isStriped ? [installArrays] : []),
      `cat > '/etc/systemd/system/${unit}' <<'END_UNIT'\n${text}\nEND_UNIT`,
      'systemctl daemon-reload',
      // A volume is free when the instance before this one is gone, which waits until this one said that it booted: waiting here would never end.
      striped ? `systemctl enable --now '${unit}' || exit` : `systemctl enable --now --no-block '${unit}'`,
    ];
  }

  /** What is wrong with it. */
  faults(): string[] {
    const { at, volumes, striped, options } = this;
    const sources = volumes.flatMap(({ from }) => from ?? []);
    const faults = [
      !isOwnFolder(at)
        ? `a data volume is to be seen at ${at || '(empty)'}; give a folder of its own, such as /srv/data`
        : undefined,
      striped === undefined && volumes.length === 0 ? `${at} is made of no volume; give one` : undefined,
      ...volumes.map(({ multiAttach, node }) =>
        multiAttach
          ? `${at} is ${node.path}, which several instances have at once: xfs and ext4 would be destroyed by the second that mounts it; set it up with a cluster file system such as GFS2 in the boot program`
          : undefined,
      ),
      volumes.some(({ disk }) => kindOf(disk) !== kindOf(volumes[0].disk))
        ? `${at} is striped over ${volumes.map(({ disk }) => kindOf(disk)).join(' and ')}, and is as slow and small as the least of them; make them equal`
        : undefined,
      options.readAll && sources.length === 0
        ? `readAll is true for ${at}, but nothing is restored, and a blank volume is fast at once; leave it out`
        : undefined,
      options.readAll && sources.some(({ initialisationRate }) => initialisationRate !== undefined)
        ? `readAll is true for ${at}, whose volume has an initialisationRate: every block would be fetched twice; leave one out`
        : undefined,
      ...(striped ? stripedFaults(at, striped.devices) : []),
    ];
    return faults.filter((fault) => fault !== undefined);
  }
}

/** Commands of user data for all of an instance. */
export const dataMountCommands = (mounts: readonly DataMount[]): string[] =>
  mounts.length === 0
    ? []
    : [
        `cat > '${script}' <<'END_DATA_MOUNT'\n${dataMountScript}END_DATA_MOUNT`,
        `chmod 755 '${script}'`,
        ...mounts.flatMap((mount) => mount.commands()),
      ];

const kindOf = ({ type, props, performance }: EbsDisk): string =>
  [
    `${props.size.toGibibytes()} GiB of ${type}`,
    performance.iops !== undefined && `${performance.iops} IOPS`,
    performance.throughput !== undefined && `${performance.throughput} MiB/s`,
  ]
    .filter(Boolean)
    .join(', ');

function stripedFaults(at: string, devices: readonly string[]): (string | undefined)[] {
  return [
    devices.length < 2 ? `${at} is striped over ${devices.length} disks; give two or more` : undefined,
    new Set(devices).size < devices.length
      ? `${at} is striped over ${devices.join(', ')}; name each device once`
      : undefined,
    devices.some((device) => /^\/dev\/(sda1?|xvda1?)$/.test(device))
      ? `${at} is striped over the root device, which an instance boots from and no array can hold; take devices from /dev/xvdf on`
      : undefined,
  ];
}
