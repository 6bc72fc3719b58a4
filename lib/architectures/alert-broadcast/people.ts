import { NoticeFilter } from '../../constructs/messaging/filter-policy';
import type { NoticeTopic } from '../../constructs/messaging/notice-topic';
import { Subscriber } from '../../constructs/messaging/subscriber';
import type { FailureQueue } from '../../constructs/serverless/failure-queue';
import type { Settings } from '../../settings';

/** A telephone rings for alarms that go off and for what is urgent, and for nothing that is over. */
const urgent = NoticeFilter.byBody({ $or: [{ NewStateValue: ['ALARM'] }, { urgent: [true] }] });

/**
 * The people who hear the news: all of it by mail, which they confirm once; what is urgent as a text message, where the account
 * may send any.
 */
export function tellPeople(news: NoticeTopic, undelivered: FailureQueue, settings: Settings): void {
  const { alarmEmail, alarmPhone, smsEnabled } = settings;
  if (alarmEmail !== undefined) news.subscribe('Mail', Subscriber.email(alarmEmail, undelivered.queue));
  if (alarmPhone !== undefined && smsEnabled === 'true')
    news.subscribe('Phone', Subscriber.sms(alarmPhone, undelivered.queue), { filter: urgent });
}
