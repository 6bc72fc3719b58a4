import { cronFaults } from '../../../lib/constructs/messaging/cron';

test.each([
  '30 6 ? * MON-FRI *',
  '0/15 8-18 ? * 2-6 2026-2030',
  '0 0 1 JAN,JUL ? *',
  '0 12 L * ? *',
  '0 12 15W * ? 2199',
  '0 12 ? * FRI#2 *',
  '0 12 ? * 6L *',
  '5,35 14 * * ? *',
])('%s is a time [messaging-schedule]', (expression) => expect(cronFaults(expression)).toEqual([]));

describe('fails when a calendar', () => {
  test.each([
    [
      'is one of Unix [messaging-schedule]',
      '30 6 * * 1',
      'cron is "30 6 * * 1", which has 5 fields; write minute hour day month weekday year, such as "30 6 ? * MON-FRI *"; the five fields of Unix lack the year, and a ? for one of the two days',
    ],
    [
      'names both days [messaging-schedule, messaging-schedule-rule]',
      '30 6 1 * MON *',
      'cron is "30 6 1 * MON *", which says both days, 1 and MON; write ? for the one that does not count',
    ],
    [
      'has stars for both days',
      '30 6 * * * *',
      'which says both days, * and *; write ? for the one that does not count',
    ],
    ['names neither day', '30 6 ? * ? *', 'cron is "30 6 ? * ? *", which says neither day; write * for one of the two'],
    ['has a minute too many', '60 6 ? * MON *', 'whose minute is 60; write 0 to 59, a list, a range or *'],
    [
      'has a weekday of Unix',
      '0 6 ? * 0 *',
      'whose day of the week is 0; write 1 to 7 or SUN to SAT, a list, a range or *',
    ],
    ['has a range backwards', '0 18-8 ? * MON *', 'whose hour is 18-8; write 0 to 23'],
    ['has a step of nothing', '0/0 6 ? * MON *', 'whose minute is 0/0; write'],
    ['has a word for a month that is none', '0 6 1 JANUARY ? *', 'whose month is JANUARY; write 1 to 12 or JAN to DEC'],
    ['has a question mark elsewhere', '? 6 ? * MON *', 'whose minute is ?; write'],
    ['names the working day nearest to no day', '0 6 32W * ? *', 'whose day of the month is 32W; write 1 to 31'],
    ['names the second of no weekday', '0 6 ? * DAY#2 *', 'whose day of the week is DAY#2; write 1 to 7'],
    ['names the second eighth day of a week', '0 6 ? * 8#2 *', 'whose day of the week is 8#2; write 1 to 7'],
    ['names the sixth Friday of a month', '0 6 ? * FRI#6 *', 'whose day of the week is FRI#6; write 1 to 7'],
    ['names the last eighth day of a week', '0 6 ? * 8L *', 'whose day of the week is 8L; write 1 to 7'],
    ['ends before it begins', '0 6 ? * MON 1969', 'whose year is 1969; write 1970 to 2199'],
  ])('%s', (_, expression, message) => expect(cronFaults(expression).join('\n')).toContain(message));
});
