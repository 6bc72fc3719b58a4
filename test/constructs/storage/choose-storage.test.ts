import { chooseStorage, type StorageNeeds, type StorageService } from '../../../lib/constructs/storage/choose-storage';

describe('chooseStorage', () => {
  test.each<[StorageNeeds, StorageService, string]>([
    [{ diskOfOneHost: true }, 'EBS', 'outlives its host'],
    [{ scratchOnHost: true, diskOfOneHost: true }, 'instance store', 'empty after every stop'],
    [{ sharedFiles: true }, 'EFS', 'about three times one of EBS, but only what is used is billed'],
    [{ windowsShares: true, sharedFiles: true }, 'FSx for Windows', 'SMB'],
    [{ parallelScratch: true, sharedFiles: true }, 'FSx for Lustre', 'parallel'],
    [{}, 'S3', 'over HTTP'],
  ])('%j is the matter of %s [storage-service-chooser]', (needs, use, reason) => {
    expect(chooseStorage(needs)).toEqual({ use, because: expect.stringContaining(reason) });
  });
});
