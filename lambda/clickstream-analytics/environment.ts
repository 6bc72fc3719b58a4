/** Names of the environment variables by which the stack tells the functions where things are. */
export const environment = {
  /** Name of the stream of clicks. */
  stream: 'CLICK_STREAM',
  /** Name of the table of clicks by page and minute. */
  minutesTable: 'MINUTES_TABLE',
  /** Name of the table of leaders by window. */
  boardTable: 'BOARD_TABLE',
  /** Name of the table of clicks by hour and where visitors came from, and of the hourly reader's positions. */
  hoursTable: 'HOURS_TABLE',
} as const;
