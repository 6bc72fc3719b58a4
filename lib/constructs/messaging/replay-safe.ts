/** The tag by which `groundplan replay` knows a rule that may hear replays; its value is `yes`. */
export const replaySafeTag: string = 'groundplan:replay-safe';
