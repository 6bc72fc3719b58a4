const systemFolders =
  /^\/(bin|boot|dev|etc|home|lib|lib64|opt|proc|root|run|sbin|srv|sys|tmp|usr|var)$|^\/(dev|proc|sys)\//;

/** Whether disks or shared files may be seen at a folder: one of their own, which the system does not need itself. */
export const isOwnFolder = (folder: string): boolean =>
  /^(\/[A-Za-z0-9._-]+)+$/.test(folder) && !systemFolders.test(folder);
