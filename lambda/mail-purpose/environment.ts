/** Names of the environment variables by which `MailPurpose` tells the functions of a purpose what they work with. */
export const mailEnvironment = {
  /** The address in the From line. */
  sender: 'MAIL_SENDER',
  /** The configuration set mail goes through. */
  configurationSet: 'MAIL_CONFIGURATION_SET',
  /** `transactional` or `marketing`. */
  kind: 'MAIL_KIND',
} as const;

/** What the function that pauses a purpose is told. */
export const pauseEnvironment = {
  /** The id of the event source mapping between queue and sender. */
  mapping: 'MAIL_MAPPING_ID',
} as const;
