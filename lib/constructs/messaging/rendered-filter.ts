import { FilterOrPolicy, SubscriptionFilter, type SubscriptionProps } from 'aws-cdk-lib/aws-sns';
import type { FilterPolicy, NoticeFilter } from './filter-policy';

type RenderedFilter = Pick<SubscriptionProps, 'filterPolicy' | 'filterPolicyWithMessageBody'>;

/** The CDK's way of writing a filter down. */
export function rendered({ scope, policy }: NoticeFilter): RenderedFilter {
  if (scope === 'MessageAttributes') {
    return {
      filterPolicy: Object.fromEntries(
        Object.entries(policy).map(([property, conditions]) => [
          property,
          new SubscriptionFilter(conditions as never[]),
        ]),
      ),
    };
  }
  return { filterPolicyWithMessageBody: nested(policy) };
}

function nested(policy: FilterPolicy): Record<string, FilterOrPolicy> {
  return Object.fromEntries(
    Object.entries(policy).map(([property, wanted]) => [
      property,
      Array.isArray(wanted)
        ? FilterOrPolicy.filter(new SubscriptionFilter(wanted as never[]))
        : FilterOrPolicy.policy(nested(wanted as FilterPolicy)),
    ]),
  );
}
