import { Duration, Size } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { FlowCapture, FlowDestination, FlowSource } from '../../../lib/constructs/network/flow-capture';
import { FlowQuery, type FlowQueryProps } from '../../../lib/constructs/network/flow-query';
import { flowRecordFields, parseFlowRecord } from '../../../lib/constructs/network/flow-record';
import { testStack } from '../../support/app';
import { flowLine } from '../../support/flow-lines';

function made(props: Partial<FlowQueryProps> = {}, destination = FlowDestination.s3(Duration.days(30))): Template {
  const stack = testStack();
  const source = FlowSource.vpc(new Vpc(stack, 'Vpc', { natGateways: 0 }));
  const capture = new FlowCapture(stack, 'Capture', { source, destination });
  new FlowQuery(stack, 'Query', { capture, ...props });
  return Template.fromStack(stack);
}

const only = (template: Template, type: string): any => {
  const [{ Properties }] = Object.values(template.findResources(type));
  return Properties;
};

describe('FlowQuery', () => {
  const template = made();
  const table = only(template, 'AWS::Glue::Table').TableInput;
  const columns: { Name: string; Type: string }[] = table.StorageDescriptor.Columns;

  test('the columns are the fields of a record, in its order [network-flow-log-query]', () => {
    expect(columns.map(({ Name }) => Name.replaceAll('_', '-'))).toEqual(flowRecordFields);
    for (const { Name } of [...columns, ...table.PartitionKeys]) expect(Name).toMatch(/^[a-z_]+$/);
  });

  test.each(flowRecordFields.map((field, at) => [field, columns[at].Type] as const))(
    'the column %s is a %s because the parser reads it so [network-flow-log-query]',
    (field, type) => {
      const words = { action: 'REJECT', 'log-status': 'OK' }[field as string] ?? 'word';
      const read = () => parseFlowRecord(flowLine({ [field]: words }));
      if (type === 'bigint') expect(read).toThrow(`${field} is word, not a number`);
      else expect(read).not.toThrow();
    },
  );

  test('lines are split at blanks, their heading is skipped, and the files are those of this account and Region [network-flow-log-query]', () => {
    expect(table.StorageDescriptor.SerdeInfo.Parameters['field.delim']).toBe(' ');
    expect(table.Parameters['skip.header.line.count']).toBe('1');
    expect(table.Parameters['storage.location.template']['Fn::Join'][1]).toEqual([
      's3://',
      { Ref: expect.stringMatching('^CaptureRecordsBucket') },
      '/AWSLogs/',
      { Ref: 'AWS::AccountId' },
      '/vpcflowlogs/',
      { Ref: 'AWS::Region' },
      '/${day}',
    ]);
  });

  test.each([
    [Duration.days(30), 'NOW-30DAYS,NOW'],
    [Duration.days(365), 'NOW-365DAYS,NOW'],
  ])('partitions are the days that the bucket keeps, without a crawler: %s [network-flow-log-query]', (kept, range) => {
    const { Parameters, PartitionKeys } = only(made({}, FlowDestination.s3(kept)), 'AWS::Glue::Table').TableInput;
    expect(PartitionKeys.map(({ Name }: { Name: string }) => Name)).toEqual(['day']);
    expect(Parameters).toMatchObject({
      'projection.enabled': 'true',
      'projection.day.type': 'date',
      'projection.day.format': 'yyyy/MM/dd',
      'projection.day.range': range,
    });
  });

  test('a query is stopped at its limit, whatever its client asks for, and its answer is encrypted [network-flow-log-query]', () => {
    const limited = only(made({ scanLimit: Size.mebibytes(20) }), 'AWS::Athena::WorkGroup');
    expect(limited.WorkGroupConfiguration).toMatchObject({
      BytesScannedCutoffPerQuery: 20_971_520,
      EnforceWorkGroupConfiguration: true,
      ResultConfiguration: { EncryptionConfiguration: { EncryptionOption: 'SSE_S3' } },
    });
    expect(only(template, 'AWS::Athena::WorkGroup').WorkGroupConfiguration.BytesScannedCutoffPerQuery).toBe(2 ** 30);
  });

  test('saved queries name only columns there are, and read two days at most [network-flow-log-query]', () => {
    const queries = Object.values(template.findResources('AWS::Athena::NamedQuery')).map(
      ({ Properties }) => Properties,
    );
    expect(queries.map(({ Name }) => Name).sort()).toEqual(['KnocksOnAdminPorts', 'RejectedSources', 'TalkersByPort']);
    const known = ['ports', 'at', 'day', ...columns.map(({ Name }) => Name)];
    const functions = /\b(count|sum|from_unixtime|date_format)\b(?=\()/g;
    const keywords = /\b(SELECT|DISTINCT|AS|FROM|WHERE|AND|GROUP|ORDER|BY|DESC|LIMIT|IN|current_date|interval)\b/g;
    for (const { QueryString } of queries) {
      const [head, database, dot, name, rest] = QueryString['Fn::Join'][1] as (string | { Ref: string })[];
      const ref = (prefix: string) => ({ Ref: expect.stringMatching(`^${prefix}`) });
      expect([database, dot, name]).toEqual([ref('QueryDatabase'), '"."', ref('QueryRecords')]);
      const words = `${head as string}${rest as string}`
        .replace(/'[^']*'/g, '')
        .replace(functions, '')
        .replace(keywords, '')
        .match(/[a-z_]+/gi)!;
      for (const word of words) expect(known).toContain(word);
      expect(rest).toContain("WHERE action = '");
      expect(rest).toContain("day >= date_format(current_date - interval '1' day, '%Y/%m/%d')");
    }
  });

  test('its workgroup goes away with the queries it remembers', () => {
    expect(only(template, 'AWS::Athena::WorkGroup').RecursiveDeleteOption).toBe(true);
  });

  test('fails when records go to no bucket, or the limit is none of Athena [network-flow-log-query]', () => {
    expect(() => made({}, FlowDestination.logs())).toThrow(
      'Stack/Query:\n  capture Stack/Capture writes to no bucket; give it FlowDestination.s3()',
    );
    expect(() => made({ scanLimit: Size.mebibytes(1) })).toThrow(
      'scanLimit is 1 MiB; give a whole number from 10 to 7696581394432 MiB',
    );
  });
});
