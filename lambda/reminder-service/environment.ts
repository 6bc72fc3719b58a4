/** Names of the environment variables by which the stack tells the function of the reminder service what it works with. */
export const environment = {
  /** ARN of the state machine that reminds. */
  machine: 'REMIND_MACHINE',
  /** For how many seconds a reminder may wait, at most. */
  longestWait: 'LONGEST_WAIT',
  /** How many people one reminder may tell, at most. */
  mostPeople: 'MOST_PEOPLE',
} as const;
