/** What of their events the viewer functions look at, as CloudFront Functions have it. */
export interface ViewerEvent {
  readonly request: ViewerRequest;
  readonly response: ViewerResponse;
}

export interface ViewerRequest {
  uri: string;
  readonly cookies: Record<string, { value: string }>;
}

export interface ViewerResponse {
  readonly cookies: Record<string, { value: string; attributes?: string }>;
}
