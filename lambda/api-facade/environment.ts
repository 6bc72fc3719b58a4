/** Names of the environment variables by which the stack tells the programs behind the API facade what they work with. */
export const environment = {
  /** Name of the table of parcels. */
  parcelTable: 'PARCEL_TABLE',
} as const;

/** The same for the function that books pickups. */
export const pickupEnvironment = {
  /** Name of the table of pickups. */
  pickupTable: 'PICKUP_TABLE',
} as const;
