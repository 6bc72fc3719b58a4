/** What is spoken here. */
export const ports = { ssh: 22, https: 443 } as const;
