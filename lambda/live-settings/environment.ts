/** Names of the environment variables of these functions. */
export const environment = {
  /** Below which path of Parameter Store the rates of the carriers stand. */
  settingsPath: 'SETTINGS_PATH',
  /** ARN of the secret offers are signed with. */
  signingKey: 'SIGNING_KEY_ARN',
} as const;

/** Environment variables that are settings themselves, by the setting each is. */
export const settingVariables = { offerMinutes: 'OFFER_MINUTES' } as const;

/** Who may carry. */
export const carriers = ['road', 'air'] as const;

/** What the flags are until somebody changes them. */
export const flagDefaults = { carrier: 'road', surcharge: 0, taking: true } as const;

/** How often settings or flags could not be read, or held something that cannot be used. */
export const unreadMetric = 'SettingsUnread';
