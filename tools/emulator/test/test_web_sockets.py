"""WebSocket APIs: connecting, messages by their routes, pushing from behind, and how a connection ends."""

import base64
import json
import os
import socket
import struct

from botocore.exceptions import ClientError

from .support import EmulatorTest, eventually

ACCOUNT = '123456789012'
ECHO = """
exports.handler = async ({ requestContext: { routeKey, connectionId, authorizer }, body }) => {
  if (body === '{"action":"fail"}') throw new Error('no');
  return { statusCode: authorizer && authorizer.principalId === 'banned' ? 403 : 200,
    body: JSON.stringify({ routeKey, connectionId, who: authorizer && authorizer.principalId, body }) };
};
"""
DECIDE = """
exports.handler = async ({ methodArn, queryStringParameters: { ticket } }) => {
  if (ticket === 'none') throw new Error('Unauthorized');
  const Effect = ticket === 'bad' ? 'Deny' : 'Allow';
  return { principalId: ticket, policyDocument: { Statement: [{ Effect, Action: 'execute-api:Invoke', Resource: methodArn }] } };
};
"""


class Client:
    """A browser's side of a WebSocket, as far as these tests need it."""

    def __init__(
        self, port: str, api: str, path: str = '/live?ticket=ada', key: str = base64.b64encode(b'k' * 16).decode()
    ):
        self.line = socket.create_connection(('127.0.0.1', int(port)), timeout=15)
        self.line.sendall(
            f'GET {path} HTTP/1.1\r\nHost: {api}.execute-api.localhost:{port}\r\nUpgrade: websocket\r\n'
            f'Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n'.encode()
        )
        head = b''
        while b'\r\n\r\n' not in head:
            head += self.line.recv(1)
        self.head = head.decode()
        self.status = int(self.head.split()[1])

    def send(self, text: str, opcode: int = 1, final: bool = True, masked: bool = True):
        data = text.encode()
        size = len(data)
        head = struct.pack('!B', (0x80 if final else 0) | opcode)
        bit = 0x80 if masked else 0
        head += (
            struct.pack('!B', bit | size)
            if size < 126
            else struct.pack('!BH', bit | 126, size)
            if size < 1 << 16
            else struct.pack('!BQ', bit | 127, size)
        )
        mask = os.urandom(4)
        self.line.sendall(head + (mask + bytes(b ^ mask[i % 4] for i, b in enumerate(data)) if masked else data))

    def read(self) -> tuple[int, bytes]:
        first, size = self._take(2)
        if size == 126:
            size = struct.unpack('!H', self._take(2))[0]
        elif size == 127:
            size = struct.unpack('!Q', self._take(8))[0]
        return first & 0x0F, self._take(size)

    def told(self) -> dict:
        opcode, data = self.read()
        assert opcode == 1, (opcode, data)
        return json.loads(data)

    def ended(self) -> int:
        opcode, data = self.read()
        assert opcode == 8, (opcode, data)
        return struct.unpack('!H', data)[0]

    def _take(self, count: int) -> bytes:
        data = b''
        while len(data) < count:
            piece = self.line.recv(count - len(data))
            assert piece, 'the line was cut'
            data += piece
        return data


class WebSockets(EmulatorTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.port = cls.emulator.endpoint.rsplit(':', 1)[1]
        gateway = cls.emulator.client('apigatewayv2')
        cls.api = gateway.create_api(
            Name='sockets', ProtocolType='WEBSOCKET', RouteSelectionExpression='$request.body.action'
        )['ApiId']
        arns = {
            name: cls.emulator.function(f'socket-{name}', source)
            for name, source in (('echo', ECHO), ('decide', DECIDE))
        }
        for name, arn in arns.items():
            cls.emulator.client('lambda').add_permission(
                FunctionName=arn,
                StatementId='api',
                Action='lambda:InvokeFunction',
                Principal='apigateway.amazonaws.com',
                SourceArn=f'arn:aws:execute-api:us-east-1:{ACCOUNT}:{cls.api}/*',
            )
        uri = 'arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{}/invocations'
        target = gateway.create_integration(
            ApiId=cls.api, IntegrationType='AWS_PROXY', IntegrationUri=uri.format(arns['echo'])
        )['IntegrationId']
        authorizer = gateway.create_authorizer(
            ApiId=cls.api,
            Name='tickets',
            AuthorizerType='REQUEST',
            AuthorizerUri=uri.format(arns['decide']),
            IdentitySource=['route.request.querystring.ticket'],
        )['AuthorizerId']
        for key in ('$connect', '$disconnect', '$default', 'say', 'quiet', 'fail'):
            more = {'AuthorizationType': 'CUSTOM', 'AuthorizerId': authorizer} if key == '$connect' else {}
            answers = (
                {} if key in ('quiet', '$connect', '$disconnect') else {'RouteResponseSelectionExpression': '$default'}
            )
            gateway.create_route(ApiId=cls.api, RouteKey=key, Target=f'integrations/{target}', **more, **answers)
        gateway.create_stage(ApiId=cls.api, StageName='live', AutoDeploy=True)
        cls.push = cls.emulator.client('apigatewaymanagementapi')

    def connect(self, path='/live?ticket=ada', **more) -> Client:
        client = Client(self.port, self.api, path, **more)
        self.addCleanup(client.line.close)
        return client

    def test_the_answer_to_a_key_is_the_one_of_the_standard(self):
        client = self.connect(key='dGhlIHNhbXBsZSBub25jZQ==')
        self.assertIn('Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=', client.head)

    def test_only_whom_the_authorizer_lets_in_connects(self):
        found = {
            path: self.connect(path).status
            for path in ('/live?ticket=ada', '/live', '/live?ticket=none', '/live?ticket=bad')
        }
        self.assertEqual(list(found.values()), [101, 401, 401, 403])
        self.assertEqual(self.connect('/live?ticket=banned').status, 403, 'the function behind $connect refuses')
        self.assertEqual(self.connect('/other?ticket=ada').status, 403, 'there is no such stage')

    def test_a_message_takes_the_route_it_names_and_the_rest_the_default(self):
        client = self.connect()
        for text, route in (
            ('{"action":"say"}', 'say'),
            ('{"action":"else"}', '$default'),
            ('no JSON', '$default'),
            ('[1]', '$default'),
        ):
            client.send(text)
            told = client.told()
            self.assertEqual((told['routeKey'], told['who'], told['body']), (route, 'ada', text))

    def test_a_route_without_a_response_says_nothing_and_a_failure_says_so(self):
        client = self.connect()
        client.send('{"action":"quiet"}')
        client.send('{"action":"fail"}')
        self.assertEqual(client.told()['message'], 'Internal server error')

    def test_what_is_pushed_arrives_until_the_client_is_gone(self):
        client = self.connect()
        client.send('{"action":"say"}')
        connection = client.told()['connectionId']
        self.push.post_to_connection(ConnectionId=connection, Data=b'{"news":1}')
        self.assertEqual(client.told(), {'news': 1})
        self.assertIn('ConnectedAt', self.push.get_connection(ConnectionId=connection))
        client.line.close()

        def gone():
            try:
                self.push.post_to_connection(ConnectionId=connection, Data=b'{}')
            except ClientError as error:
                return error.response['Error']['Code'] == 'GoneException'

        self.assertTrue(eventually(gone))

    def test_a_connection_is_ended_from_behind(self):
        client = self.connect()
        client.send('{"action":"say"}')
        self.push.delete_connection(ConnectionId=client.told()['connectionId'])
        self.assertEqual(client.ended(), 1000)

    def test_a_ping_is_answered_and_pieces_are_put_together(self):
        client = self.connect()
        client.send('are you there', opcode=9)
        self.assertEqual(client.read(), (10, b'are you there'))
        client.send('{"action":', final=False)
        client.send('still?', opcode=9)
        client.send('"say"}', opcode=0)
        self.assertEqual(client.read(), (10, b'still?'))
        self.assertEqual(client.told()['body'], '{"action":"say"}')

    def test_a_frame_over_32_KB_and_a_message_over_128_KB_end_the_connection(self):
        client = self.connect()
        client.send('x' * (32 * 1024 + 1))
        self.assertEqual(client.ended(), 1009)
        client = self.connect()
        for opcode in (1, 0, 0, 0, 0):
            client.send('x' * 32 * 1024, opcode=opcode, final=False)
        self.assertEqual(client.ended(), 1009)

    def test_a_frame_without_a_mask_ends_the_connection_and_a_goodbye_is_returned(self):
        client = self.connect()
        client.send('{"action":"say"}', masked=False)
        self.assertEqual(client.ended(), 1002)
        client = self.connect()
        client.send('\x03\x48', opcode=8)
        self.assertEqual(client.ended(), 1000)

    def test_a_message_too_large_to_push_is_refused(self):
        client = self.connect()
        client.send('{"action":"say"}')
        with self.assertRaisesRegex(ClientError, 'PayloadTooLarge'):
            self.push.post_to_connection(ConnectionId=client.told()['connectionId'], Data=b'x' * (128 * 1024 + 1))
