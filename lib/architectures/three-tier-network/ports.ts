/** What is listened on, from the entrance inwards. */
export const ports = { http: 80, https: 443, application: 8080, database: 5432 } as const;
