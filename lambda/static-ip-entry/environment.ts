/** Names of the environment variables by which the server is told. */
export const environment = {
  /** The folder of its own certificate; systemd sets it. */
  folder: 'STATE_DIRECTORY',
  /** How long it may go on when the machine goes, in seconds. */
  drainSeconds: 'DRAIN_SECONDS',
} as const;

/** Where each service of a server listens. Below 1,024 only root may. */
export const ports = {
  /** Lines, each given back with who answers and whom it saw. */
  mirror: 4569,
  /** Lines, counted for each client. */
  tally: 6708,
  /** Datagrams. */
  echo: 4570,
  /** Pages in TLS, under a certificate of the server's own. */
  secure: 8443,
  /** Pages in the clear, and whether the server is well. */
  pages: 8080,
} as const;

/** What asks whether a server is well. */
export const healthPath = '/health';
