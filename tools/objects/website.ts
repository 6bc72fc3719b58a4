import {
  websiteAnswer,
  type WebsiteAnswer,
  type WebsiteConfiguration,
  type WebsiteRequest,
} from '../../lib/constructs/storage/website-answer';

/** What the emulator asks: the website of a bucket as a template has it, and a request, with its sets as lists. */
interface Asked {
  readonly website: WebsiteConfiguration;
  readonly request: Omit<WebsiteRequest, 'objects' | 'readable'> & {
    readonly objects: readonly string[];
    readonly readable: readonly string[];
  };
}

/** Answers for the emulator, whose server is no Node program. */
export function handler({ website, request: { objects, readable, ...request } }: Asked): Promise<WebsiteAnswer> {
  return Promise.resolve(
    websiteAnswer(website, { ...request, objects: new Set(objects), readable: new Set(readable) }),
  );
}
