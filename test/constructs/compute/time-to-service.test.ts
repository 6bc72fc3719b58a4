import { timeToService, type BootPhases } from '../../../lib/constructs/compute/time-to-service';

describe('timeToService', () => {
  test.each<[string, BootPhases, number, number]>([
    ['a web server', { launch: 25, installs: 40, downloads: 0, configuration: 5 }, 70, 30],
    ['an application with a model', { launch: 25, installs: 180, downloads: 300, configuration: 10 }, 515, 35],
    ['nothing to install', { launch: 25, installs: 0, downloads: 0, configuration: 5 }, 30, 30],
  ])(
    '%s: all phases at boot, launch and configuration where they are baked [compute-bake-versus-boot]',
    (_, phases, atBoot, baked) => {
      expect(timeToService(phases)).toEqual({ atBoot, baked });
    },
  );

  test.each([-1, NaN, Infinity])('fails with %d seconds [compute-bake-versus-boot]', (installs) => {
    expect(() => timeToService({ launch: 25, installs, downloads: 0, configuration: 5 })).toThrow(
      `installs takes ${installs} seconds; give how long it takes, 0 or more`,
    );
  });
});
