/** What CloudFront Functions bring with them. */
declare module 'cloudfront' {
  interface KeyValues {
    /** @throws when there is no such key */
    get(key: string): Promise<string>;
  }
  const cloudfront: {
    /** The store that is associated with the function. */
    kvs(): KeyValues;
  };
  export default cloudfront;
}
