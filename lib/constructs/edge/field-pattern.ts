const most = 10;
const form = /^[A-Za-z0-9[\]._-]+\*?$/;
const longest = 128;

/** What is wrong with the fields that are to be encrypted, one sentence each. CloudFront tells of it only when it is deployed. */
export function fieldFaults(fields: readonly string[]): (string | false)[] {
  return [
    fields.length === 0 && 'fields is empty, so that nothing would be encrypted; name some',
    fields.length > most &&
      `fields has ${fields.length} names; CloudFront encrypts ${most} of a form, so give names that begin alike one pattern, such as card_*`,
    ...fields.flatMap((field, i) => {
      if (field === '*')
        return ['fields has *; CloudFront encrypts no whole form, so name the fields, or how their names begin'];
      if (field.length > longest || !form.test(field))
        return [
          `fields has ${field || '(empty)'}; give at most ${longest} letters, digits and [ ] . _ -, and a * only at the end`,
        ];
      const other = fields.find((one, j) => j !== i && covers(one, field) && (one !== field || j < i));
      return [other !== undefined && `fields has ${field}, which ${other} covers; leave one of them out`];
    }),
  ];
}

/** Whether every name that fits `specific` fits `general` too; letters count by case. */
function covers(general: string, specific: string): boolean {
  return general.endsWith('*') ? specific.startsWith(general.slice(0, -1)) : general === specific;
}
