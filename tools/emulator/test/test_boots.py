"""Machines that boot: nginx by the configuration that their own boot writes, and what it leads to, behind an Application Load Balancer."""

import http.client
import json
import os
import random
import shutil
import unittest
import urllib.error
import urllib.request
from unittest import mock

from test.support import EmulatorTest, eventually
from transport import boots, web_server

HAS_NGINX = shutil.which('nginx', path=f'{os.environ.get("PATH", "")}:/usr/sbin') is not None

BOOT = r"""#!/bin/bash
set -euo pipefail
root="${BOOT_ROOT:-}"
metadata="$AWS_EC2_METADATA_SERVICE_ENDPOINT/latest"
token="$(curl -sf -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 60' "$metadata/api/token")"
about() { curl -sf -H "X-aws-ec2-metadata-token: $token" "$metadata/meta-data/$1"; }
dnf install --assumeyes --quiet nginx nodejs24 openssl
mkdir -p "$root/etc/pki" "$root/opt" "$root/etc/systemd/system"
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 -subj /CN=x \
  -keyout "$root/etc/pki/key.pem" -out "$root/etc/pki/certificate.pem" 2>/dev/null
cp "$BOOT_FILES/program.js" "$root/opt/program.js"
sed "s|__INSTANCE_ID__|$(about instance-id)|" "$BOOT_FILES/nginx.conf" >"$root/etc/nginx/nginx.conf"
cp "$BOOT_FILES/counter.service" "$root/etc/systemd/system/counter.service"
echo "$(about instance-id) in $(about placement/availability-zone)" >"$root/usr/share/nginx/html/index.html"
nginx -t
systemctl daemon-reload
systemctl enable --now counter nginx
for _ in 1 2 3 4 5 6 7 8 9; do curl -sf http://127.0.0.1:80/inside && exit; sleep 1; done
exit 7
"""
CONFIGURATION = """user nginx;
worker_processes auto;
pid /run/nginx.pid;
error_log /var/log/nginx/error.log notice;
events {}
http {
  include /etc/nginx/mime.types;
  access_log /var/log/nginx/access.log;
  server {
    listen 80 default_server;
    listen [::]:80;
    listen 443 ssl;
    ssl_certificate /etc/pki/certificate.pem;
    ssl_certificate_key /etc/pki/key.pem;
    root /usr/share/nginx/html;
    add_header X-Served-By "__INSTANCE_ID__" always;
    location = /health { return 200 "ok"; }
    location = /inside { allow 127.0.0.1; deny all; try_files /index.html =404; }
    location /count { proxy_pass http://127.0.0.1:8080; }
    location = /tls { return 200 "$ssl_protocol"; }
  }
}
"""
# Counts what it was asked, from its start on; it goes when it is told to.
PROGRAM = """
let count = 0;
require('node:http').createServer((asked, answer) => {
  if (asked.url === '/count/die') process.exit(0);
  answer.end(`${process.env.NAME} ${++count} at ${asked.headers.host}`);
}).listen(Number(process.env.PORT), '127.0.0.1');
"""
UNIT = """[Service]
ExecStart=/usr/bin/node-24 /opt/program.js
Environment=PORT=8080 "NAME=the counter"
Restart=always
RestartSec=0.2
"""


def user_data(program: str = BOOT, before: str = '') -> str:
    """As a `BootProgram` of files in the user data makes it."""
    files = {'nginx.conf': CONFIGURATION, 'program.js': PROGRAM, 'counter.service': UNIT, 'boot.sh': program}
    laid = [f'cat > "$BOOT_FILES/{name}" <<\'END_{at}\'\n{text}END_{at}' for at, (name, text) in enumerate(files.items())]
    head = ['#!/bin/bash', 'trap true EXIT', "export BOOT_FILES='/var/lib/boot'", "export PORT='80'", 'mkdir -p "$BOOT_FILES"']
    return '\n'.join([*head, *([before] if before else []), *laid, 'bash "$BOOT_FILES/boot.sh"'])


class Pool:
    """A balancer with machines behind it."""

    def __init__(self, emulator, text: str, count: int = 1, protocol: str = 'HTTP', port: int = 80):
        self.emulator, self.ec2, self.elb = emulator, emulator.client('ec2'), emulator.client('elbv2')
        vpc = self.ec2.create_vpc(CidrBlock='10.0.0.0/16')['Vpc']['VpcId']
        subnets = [
            self.ec2.create_subnet(VpcId=vpc, CidrBlock=f'10.0.{at}.0/24', AvailabilityZone=f'us-east-1{zone}')['Subnet']['SubnetId']
            for at, zone in enumerate('ab')
        ]
        made = self.ec2.run_instances(ImageId='ami-1', MinCount=count, MaxCount=count, SubnetId=subnets[0], UserData=text)
        self.machines = [one['InstanceId'] for one in made['Instances']]
        self.name = f'pool-{random.randrange(10**9)}'
        balancer = self.elb.create_load_balancer(Name=self.name, Subnets=subnets)['LoadBalancers'][0]['LoadBalancerArn']
        self.group = self.elb.create_target_group(
            Name=self.name, VpcId=vpc, Protocol=protocol, Port=port, HealthCheckPath='/health', HealthCheckProtocol=protocol
        )['TargetGroups'][0]['TargetGroupArn']
        self.elb.register_targets(TargetGroupArn=self.group, Targets=[{'Id': one} for one in self.machines])
        forward = [{'Type': 'forward', 'TargetGroupArn': self.group}]
        self.elb.create_listener(LoadBalancerArn=balancer, Port=80, Protocol='HTTP', DefaultActions=forward)

    def ask(self, path: str) -> tuple[int, str, str | None]:
        connection = http.client.HTTPConnection(self.emulator.endpoint.removeprefix('http://'), timeout=10)
        connection.request('GET', path, headers={'Host': f'{self.name}.elb.localhost'})
        said = connection.getresponse()
        return said.status, said.read().decode().strip(), said.getheader('x-served-by')

    def is_up(self) -> bool:
        return {self.ask('/')[2] for _ in range(4)} == set(self.machines)

    def health(self) -> list[str]:
        found = self.elb.describe_target_health(TargetGroupArn=self.group)['TargetHealthDescriptions']
        return sorted(one['TargetHealth']['State'] for one in found)


@unittest.skipUnless(HAS_NGINX or 'CI' in os.environ, 'nginx is missing')
class Boots(EmulatorTest):
    def test_each_serves_what_its_boot_wrote_and_leads_to_the_program_beside_it(self):
        pool = Pool(self.emulator, user_data(), count=2)
        self.assertTrue(eventually(pool.is_up, 40))
        self.assertEqual({pool.ask('/')[1] for _ in range(4)}, {f'{one} in us-east-1a' for one in pool.machines})
        self.assertEqual({pool.ask('/count')[1][:16] for _ in range(2)}, {'the counter 1 at'})
        self.assertEqual(pool.health(), ['healthy', 'healthy'])

    def test_what_a_machine_keeps_for_itself_is_not_to_be_had_through_the_balancer(self):
        pool = Pool(self.emulator, user_data())
        self.assertTrue(eventually(pool.is_up, 40))
        self.assertEqual(pool.ask('/inside')[0], 403)

    def test_a_program_that_ends_is_started_again_as_its_unit_says(self):
        pool = Pool(self.emulator, user_data())
        self.assertTrue(eventually(pool.is_up, 40))
        self.assertTrue(eventually(lambda: pool.ask('/count')[1].startswith('the counter 1')))
        pool.ask('/count/die')
        self.assertTrue(eventually(lambda: pool.ask('/count')[1].startswith('the counter 1')))

    def test_a_machine_that_is_terminated_serves_no_more_and_one_that_stopped_serves_again(self):
        pool = Pool(self.emulator, user_data(), count=2)
        self.assertTrue(eventually(pool.is_up, 40))
        gone, stopped = pool.machines
        pool.ec2.terminate_instances(InstanceIds=[gone])
        self.assertTrue(eventually(lambda: {pool.ask('/')[2] for _ in range(4)} == {stopped}))
        pool.ec2.stop_instances(InstanceIds=[stopped])
        self.assertTrue(eventually(lambda: pool.ask('/')[0] == 503))
        pool.ec2.start_instances(InstanceIds=[stopped])
        self.assertTrue(eventually(lambda: pool.ask('/')[2] == stopped))

    def test_a_balancer_that_encrypts_anew_speaks_tls_to_it(self):
        pool = Pool(self.emulator, user_data(), protocol='HTTPS', port=443)
        self.assertTrue(eventually(pool.is_up, 40))
        self.assertRegex(pool.ask('/tls')[1], r'^TLSv1\.[23]$')

    def test_a_machine_is_told_about_itself_by_a_token_alone(self):
        machine = Pool(self.emulator, '').machines[0]
        service = f'{self.emulator.endpoint}/_emulator/metadata/us-east-1/{machine}/latest'

        def said(path: str, method: str = 'GET', **headers) -> tuple[int, str]:
            asked = urllib.request.Request(f'{service}/{path}', method=method, headers=headers)
            try:
                with urllib.request.urlopen(asked) as answer:
                    return answer.status, answer.read().decode()
            except urllib.error.HTTPError as error:
                return error.code, ''

        seconds = 'X-aws-ec2-metadata-token-ttl-seconds'
        self.assertEqual(said('api/token', 'PUT')[0], 400)
        self.assertEqual(said('api/token', 'PUT', **{seconds: '21601'})[0], 400)
        token = {'X-aws-ec2-metadata-token': said('api/token', 'PUT', **{seconds: '60'})[1]}
        self.assertEqual(said('meta-data/instance-id')[0], 401)
        self.assertEqual(said('meta-data/instance-id', **token), (200, machine))
        self.assertEqual(said('meta-data/placement/availability-zone-id', **token), (200, 'use1-az6'))
        self.assertEqual(said('meta-data/hostname', **token)[0], 404)

    def test_whoever_asks_is_told_that_machines_boot(self):
        with urllib.request.urlopen(f'{self.emulator.endpoint}/_emulator/boots') as answer:
            self.assertEqual(json.load(answer), {'boots': True, 'why': None})

    def test_one_whose_boot_fails_is_not_well(self):
        pool = Pool(self.emulator, user_data(BOOT.replace('nginx -t', 'dnf install php')))
        self.assertTrue(eventually(lambda: pool.health() == ['unhealthy']))
        self.assertEqual(pool.ask('/')[0], 503)


class Conditions(unittest.TestCase):
    def test_user_data_that_does_more_than_to_run_its_program_is_not_booted(self):
        self.assertIn('export PORT', boots.program_of(user_data()))
        self.assertNotIn('trap', boots.program_of(user_data()))
        for more in ('mkdir -p /srv/files', 'mount -a', "cat >> /etc/fstab <<'END'\nx\nEND"):
            self.assertIsNone(boots.program_of(user_data(before=more)), more)
        self.assertIsNone(boots.program_of(user_data().replace('BOOT_ROOT', 'ROOT')))
        self.assertIsNone(boots.program_of('#!/bin/bash\nyum install -y nginx'))

    def test_where_nginx_is_missing_it_says_so_and_how_to_get_it(self):
        with mock.patch.object(boots, '_nginx', return_value=None):
            self.assertEqual(
                boots.why_not.__wrapped__(), 'servers do not boot here, as nginx is missing: apt-get install nginx'
            )

    def test_folders_and_addresses_of_a_configuration_become_the_machines_own_and_nothing_else_does(self):
        own = web_server.of_machine(CONFIGURATION, '/m', '127.9.0.1')
        for line in (
            'pid /m/run/nginx.pid;',
            'error_log /m/var/log/nginx/error.log notice;',
            'include /m/etc/nginx/mime.types;',
            'root /m/usr/share/nginx/html;',
            'ssl_certificate_key /m/etc/pki/key.pem;',
            'listen 127.9.0.1:80 default_server;',
            'listen 127.9.0.1:443 ssl;',
            'proxy_pass http://127.9.0.1:8080;',
            'location = /inside { allow 127.0.0.1; deny all; try_files /index.html =404; }',
            'location = /health { return 200 "ok"; }',
        ):
            self.assertIn(line, own)
        self.assertNotIn('[::]', own)
        self.assertNotIn('user nginx', own)


if __name__ == '__main__':
    unittest.main()
