/** Names of the environment variables by which `InterfaceFailover` tells the function what it looks after. */
export const environment = {
  /** The interface that is moved. */
  networkInterface: 'NETWORK_INTERFACE',
  /** The instances that may hold it, separated by commas. */
  hosts: 'HOSTS',
  /** Where it is attached. */
  deviceIndex: 'DEVICE_INDEX',
} as const;
