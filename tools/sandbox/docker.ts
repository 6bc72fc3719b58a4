import { spawnSync } from 'node:child_process';

/** The port inside its container at which each emulator listens. */
const images: Readonly<Record<string, number>> = {
  'localstack/localstack': 4566,
  'localstack/localstack-pro': 4566,
  'motoserver/moto': 5000,
};

/** An AWS emulator that runs in docker and can be reached from here; undefined where there is none, or no docker. */
export function emulatorInDocker(
  environment = process.env,
): { readonly image: string; readonly endpoint: string } | undefined {
  const { status, stdout } = spawnSync('docker', ['ps', '--format', '{{.Image}} {{.Ports}}'], {
    encoding: 'utf8',
    env: environment,
    timeout: 10_000,
  });
  if (status !== 0) return undefined;
  for (const line of stdout.split('\n')) {
    const [image] = line.split(' ');
    const inside = images[image.replace(/^.*docker\.io\//, '').replace(/[:@].*$/, '')];
    const published = inside && new RegExp(`:(\\d+)->${inside}/tcp`).exec(line)?.[1];
    if (published) return { image, endpoint: `http://localhost:${published}` };
  }
  return undefined;
}
