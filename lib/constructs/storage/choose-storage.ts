/** What bytes are needed for. Leave out what does not matter. */
export interface StorageNeeds {
  /** Everything may be gone when the host stops: caches, swap, scratch. */
  readonly scratchOnHost?: boolean;
  /** Many nodes work through the same data at hundreds of GB a second, and keep the results elsewhere. */
  readonly parallelScratch?: boolean;
  /** Windows clients, with permissions of their directory. */
  readonly windowsShares?: boolean;
  /** Several hosts, in several zones, work on the same files as on a disk of their own. */
  readonly sharedFiles?: boolean;
  /** One host needs a disk: to boot, for a database, for files it changes in place. */
  readonly diskOfOneHost?: boolean;
}

export type StorageService = 'instance store' | 'FSx for Lustre' | 'FSx for Windows' | 'EFS' | 'EBS' | 'S3';

export interface StorageChoice {
  readonly use: StorageService;
  readonly because: string;
}

/** From the most particular need to the most common; the first that holds decides. */
const rules: readonly (StorageChoice & { readonly when: (needs: StorageNeeds) => boolean | undefined })[] = [
  {
    use: 'instance store',
    when: ({ scratchOnHost }) => scratchOnHost,
    because: 'disks in the host itself are the fastest and cost nothing more, and are empty after every stop',
  },
  {
    use: 'FSx for Lustre',
    when: ({ parallelScratch }) => parallelScratch,
    because: 'a parallel file system lets all nodes read and write at once, and fills itself from a bucket',
  },
  {
    use: 'FSx for Windows',
    when: ({ windowsShares }) => windowsShares,
    because: 'shares by SMB know the users and groups of the directory, and earlier versions of a file',
  },
  {
    use: 'EFS',
    when: ({ sharedFiles }) => sharedFiles,
    because:
      'every zone has a door to the same POSIX files; a GB costs about three times one of EBS, but only what is used is billed',
  },
  {
    use: 'EBS',
    when: ({ diskOfOneHost }) => diskOfOneHost,
    because:
      'a disk over the network outlives its host and has snapshots; it lies in one zone, and its whole size is billed',
  },
  {
    use: 'S3',
    when: () => true,
    because:
      'objects are read and written whole over HTTP, from anywhere and by any number, and only what is kept is billed',
  },
];

/**
 * Which storage service fits.
 *
 * @claims storage-service-chooser
 */
export function chooseStorage(needs: StorageNeeds = {}): StorageChoice {
  const { use, because } = rules.find(({ when }) => when(needs))!;
  return { use, because };
}
