/** How long each phase between the launch of an instance and its first answer takes, in seconds. */
export interface BootPhases {
  /** From the call until the system is up; no image makes it shorter. */
  readonly launch: number;
  /** Packages, and what is compiled. */
  readonly installs: number;
  /** Programs, data and models that are fetched. */
  readonly downloads: number;
  /** What is known only then: which instance, which stack, which addresses. */
  readonly configuration: number;
}

export interface TimeToService {
  /** Seconds where everything is done at boot. */
  readonly atBoot: number;
  /** Seconds where installs and downloads are in the image. */
  readonly baked: number;
}

/**
 * How long an instance takes to serve: launch, installs, downloads and configuration, or only the first and the last of them where the
 * image holds the rest.
 *
 * @throws naming a phase that is no number of seconds
 * @claims compute-bake-versus-boot
 */
export function timeToService(phases: BootPhases): TimeToService {
  for (const [phase, seconds] of Object.entries(phases) as [string, number][])
    if (!(Number.isFinite(seconds) && seconds >= 0))
      throw new Error(`${phase} takes ${seconds} seconds; give how long it takes, 0 or more`);
  const { launch, installs, downloads, configuration } = phases;
  return { atBoot: launch + installs + downloads + configuration, baked: launch + configuration };
}
