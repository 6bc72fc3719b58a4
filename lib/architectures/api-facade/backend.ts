/** Who may answer for parcels: the old system over HTTP, a container behind a private link, or a function. */
export const backends = ['monolith', 'containers', 'functions'] as const;
export type Backend = (typeof backends)[number];

/** The methods that move from one to the next, each by itself. */
export const parcelRoutes = ['POST /parcels', 'GET /parcels/{parcelId}'] as const;
export type ParcelRoute = (typeof parcelRoutes)[number];

/** Who answers each method. */
export type Answering = Readonly<Record<ParcelRoute, Backend>>;

/** One back end for all methods, or each its own. */
export const answeringOf = (backend: Backend | Answering): Answering =>
  typeof backend === 'string' ? { 'POST /parcels': backend, 'GET /parcels/{parcelId}': backend } : backend;
