import type { BusEvent } from '../../constructs/messaging/bus-pattern';
import type { Notice } from '../../constructs/messaging/filter-policy';

/** Stacks that did not come to be, or did not change, as they were told to. */
export const failedStates = [
  'CREATE_FAILED',
  'DELETE_FAILED',
  'ROLLBACK_COMPLETE',
  'ROLLBACK_FAILED',
  'UPDATE_ROLLBACK_COMPLETE',
  'UPDATE_ROLLBACK_FAILED',
];
/** What a group says when it cannot have as many instances as it should. */
export const failedLaunches = ['EC2 Instance Launch Unsuccessful', 'EC2 Instance Terminate Unsuccessful'];

/** What AWS tells on the default bus, cut down to what rules look at. */
export const stackFailed: BusEvent = {
  source: 'aws.cloudformation',
  'detail-type': 'CloudFormation Stack Status Change',
  detail: {
    'stack-id': 'arn:aws:cloudformation:eu-west-1:111122223333:stack/shop/5f0e',
    'status-details': { status: 'ROLLBACK_COMPLETE', 'status-reason': '' },
  },
};
export const launchFailed: BusEvent = {
  source: 'aws.autoscaling',
  'detail-type': 'EC2 Instance Launch Unsuccessful',
  detail: { AutoScalingGroupName: 'web', StatusMessage: 'There is not enough capacity.' },
};

/** News as it comes to subscribers, to try filters on. */
export const samples: readonly Notice[] = [
  { body: { AlarmName: 'errors', NewStateValue: 'ALARM', OldStateValue: 'OK' } },
  { body: { AlarmName: 'errors', NewStateValue: 'OK', OldStateValue: 'ALARM' } },
  { body: { about: 'stack', name: 'shop', urgent: false } },
  { body: { about: 'group', name: 'web', urgent: true } },
];
