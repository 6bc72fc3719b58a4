import { Duration } from 'aws-cdk-lib';

/** How long a reminder may wait. */
export const longestWait: Duration = Duration.days(30);
/** How many people one reminder may tell. */
export const mostPeople = 10;
