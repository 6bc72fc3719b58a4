/** Names of the environment variables by which the stack tells the functions of a Region what they work with. */
export const environment = {
  /** Name of the table of notes, which all Regions have. */
  notes: 'NOTES_TABLE',
} as const;

/** The same for the function that answers, which keeps what it has made for a moment. */
export const boardEnvironment = {
  /** Name of the table of answers, which this Region alone has. */
  kept: 'KEPT_TABLE',
} as const;

/** The longest a note may be, in characters. The API's model says the same. */
export const longestNote = 280;

/** For how many seconds an answer is kept. */
export const keptSeconds = 10;
