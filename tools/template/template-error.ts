/** Something is wrong with what was to be read; the message says what would do. */
export class TemplateError extends Error {}
