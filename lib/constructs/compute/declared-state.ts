import { Aws, type Duration } from 'aws-cdk-lib';
import {
  CloudFormationInit,
  InitConfig,
  InitFile,
  InitService,
  InitServiceRestartHandle,
  ServiceManager,
  type ConfigSetProps,
  type InitElement,
  type Instance,
} from 'aws-cdk-lib/aws-ec2';
import { refuse } from '../faults';

export interface DeclaredStateProps {
  /** Configs by name, in the order in which they are applied: packages, groups, users, sources, files, commands, services. */
  readonly configs: Readonly<Record<string, readonly InitElement[]>>;
  /**
   * Whether a daemon looks for changes of the state every so many minutes, 1 to 60, and applies them in place. Otherwise a change replaces the instance.
   * @default - no daemon
   */
  readonly watchMinutes?: number;
}

const daemonConfig = 'watch';

/**
 * What a server is to be, declared in the metadata of its resource and applied by cfn-init on the first boot, with the outcome as the signal that
 * CloudFormation waits for.
 *
 * cfn-init runs once. With `watchMinutes` the daemon cfn-hup looks at the metadata and applies what an update of the stack changed, on the
 * running instance; then neither user data nor the instance change.
 *
 * @claims compute-cfn-init, compute-cfn-hup
 */
export class DeclaredState {
  constructor(private readonly props: DeclaredStateProps) {}

  /** Puts the state on an instance. */
  apply(instance: Instance, timeout: Duration): void {
    const { configs, watchMinutes } = this.props;
    const names = Object.keys(configs);
    refuse(instance, [
      names.length === 0 && 'state has no configs; declare at least one',
      ...names.map(
        (name) => configs[name].length === 0 && `state.configs.${name} is empty; leave it out, or say what it is for`,
      ),
      ...names.map(
        (name) =>
          !/^[A-Za-z][A-Za-z0-9]*$/.test(name) &&
          `state.configs has the name ${name}; use letters and digits, beginning with a letter`,
      ),
      names.includes(daemonConfig) &&
        watchMinutes !== undefined &&
        `state.configs has the name ${daemonConfig}, which is the daemon's; call it something else`,
      watchMinutes !== undefined &&
        !(Number.isInteger(watchMinutes) && watchMinutes >= 1 && watchMinutes <= 60) &&
        `state.watchMinutes is ${watchMinutes}; give a whole number from 1 to 60`,
    ]);
    const made = Object.entries(configs).map(([name, elements]) => [name, new InitConfig([...elements])] as const);
    const daemon = watchMinutes === undefined ? [] : [[daemonConfig, daemonOf(instance, watchMinutes)] as const];
    const all = [...daemon, ...made];
    const init: ConfigSetProps = {
      configSets: { default: all.map(([name]) => name) },
      configs: Object.fromEntries(all),
    };
    instance.applyCloudFormationInit(CloudFormationInit.fromConfigSets(init), {
      timeout,
      // With the fingerprint in its user data a change of the state would replace what the daemon is to change in place.
      embedFingerprint: watchMinutes === undefined,
      printLog: false,
    });
  }
}

/** cfn-hup, told which resource of which stack to look at, and what to run when it changed. */
function daemonOf(instance: Instance, minutes: number): InitConfig {
  const { logicalId } = instance.instance;
  const where = `--stack ${Aws.STACK_ID} --region ${Aws.REGION}`;
  const main = ['[main]', `stack=${Aws.STACK_ID}`, `region=${Aws.REGION}`, `interval=${minutes}`, ''].join('\n');
  const hook = [
    '[cfn-auto-reloader-hook]',
    'triggers=post.update',
    `path=Resources.${logicalId}.Metadata.AWS::CloudFormation::Init`,
    `action=/opt/aws/bin/cfn-init -v ${where} --resource ${logicalId} --configsets default`,
    'runas=root',
    '',
  ].join('\n');
  const unit = [
    '[Unit]',
    'Description=Applies what CloudFormation changed',
    'Wants=network-online.target',
    'After=network-online.target',
    '[Service]',
    'ExecStart=/opt/aws/bin/cfn-hup --no-daemon',
    'Restart=always',
    '[Install]',
    'WantedBy=multi-user.target',
    '',
  ].join('\n');
  const service = new InitServiceRestartHandle();
  const restarts = { serviceRestartHandles: [service] };
  const own = { mode: '000400', owner: 'root', group: 'root', ...restarts };
  return new InitConfig([
    InitFile.fromString('/etc/cfn/cfn-hup.conf', main, own),
    InitFile.fromString('/etc/cfn/hooks.d/cfn-auto-reloader.conf', hook, own),
    InitFile.fromString('/etc/systemd/system/cfn-hup.service', unit, restarts),
    InitService.enable('cfn-hup', { serviceManager: ServiceManager.SYSTEMD, serviceRestartHandle: service }),
  ]);
}
