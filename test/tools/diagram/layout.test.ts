import { keptLayout } from '../../../tools/diagram/cached';
import { layoutOf } from '../../../tools/diagram/layout';
import { legendInWords } from '../../../tools/diagram/legend';
import { pictureOf } from '../../../tools/diagram/model/build';
import type { EdgeKind } from '../../../tools/diagram/model/picture';
import { pageStyleSheet, styleSheetFor } from '../../../tools/diagram/theme';

// A layout is tried in several ways, which takes its time on a busy machine.
jest.setTimeout(60_000);

const picture = pictureOf('test', [
  {
    name: 'app',
    template: {
      Resources: {
        Failed: { Type: 'AWS::SQS::Queue' },
        Jobs: {
          Type: 'AWS::SQS::Queue',
          Properties: {
            RedrivePolicy: { deadLetterTargetArn: { 'Fn::GetAtt': ['Failed', 'Arn'] }, maxReceiveCount: 3 },
          },
        },
      },
    },
  },
]);

test('the same picture is laid out the same, whether it is worked out or was kept', async () => {
  const layout = await layoutOf(picture);
  expect(layout.edges).toHaveLength(1);
  expect(await layoutOf(picture)).toEqual(layout);
  for (const time of ['first', 'second']) expect([time, await keptLayout(picture)]).toEqual([time, layout]);
});

test('a picture carries the rules for what it holds, and no others', () => {
  const style = styleSheetFor('<rect class="c"/><path class="e d"/>');
  expect(style).toContain('.gp .d{stroke-dasharray:5 4}');
  expect(style).toContain('.gp .c{fill:#fff;stroke:#d5dbdb}');
  expect(style).toContain('@media(prefers-color-scheme:dark){.gp .c{fill:#192028;stroke:#3a4553}');
  expect(style).not.toMatch(/\.(ef|fv|kp|z)\b/);
});

test('the legend says what is drawn, and nothing else', () => {
  expect(legendInWords(picture)).toBe('Arrows: red for failures.');
  const edge = (kind: EdgeKind) => ({ from: 'a', to: 'b', kind, label: [], because: [] });
  expect(legendInWords({ edges: [edge('log'), edge('data'), edge('failure'), edge('call')] })).toBe(
    'Arrows: solid for calls, data; red for failures; dashed for logs.',
  );
  expect(legendInWords({ edges: [] })).toBe('');
});

test('a page that can be switched has the rules of both schemes', () => {
  expect(pageStyleSheet).toContain('[data-theme=dark] .gp .c{fill:#192028;stroke:#3a4553}');
  expect(pageStyleSheet).toContain('[data-theme=light] .gp .c{fill:#fff;stroke:#d5dbdb}');
});
