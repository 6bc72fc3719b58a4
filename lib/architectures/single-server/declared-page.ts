import { InitCommand, InitPackage, InitService, ServiceManager } from 'aws-cdk-lib/aws-ec2';
import { DeclaredState } from '../../constructs/compute/declared-state';

/** The same server as `boot/boot.sh` makes, declared: what it is, rather than how it comes to be that. */
export const declaredPage = (greeting: string): DeclaredState =>
  new DeclaredState({
    watchMinutes: 5,
    configs: {
      packages: [InitPackage.yum('httpd')],
      page: [
        InitCommand.shellCommand(`echo "<h1>${greeting} from $(hostname -f)</h1>" >/var/www/html/index.html`, {
          key: 'page',
        }),
      ],
      service: [InitService.enable('httpd', { serviceManager: ServiceManager.SYSTEMD })],
    },
  });
