/** Where files arrive, and what becomes of them. */
export const folders = { incoming: 'incoming/', resized: 'resized/', refused: 'refused/' } as const;

/** How wide results are, in pixels: one for lists, one for a page. */
export const widths = [320, 1280] as const;
