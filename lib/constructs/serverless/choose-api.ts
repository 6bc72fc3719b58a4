/** What an API must do. Leave out what it need not. */
export interface ApiNeeds {
  /** The server speaks first: chats, boards, prices. */
  readonly serverPushes?: boolean;
  /** Each client has its own limits, told apart by a key. */
  readonly usagePlans?: boolean;
  /** Bodies are checked against a model before the back end runs. */
  readonly requestValidation?: boolean;
  /** Answers are kept at the gateway for a while. */
  readonly caching?: boolean;
  /** A firewall looks at each request at the gateway. */
  readonly firewall?: boolean;
  /** Only callers inside a network reach it. */
  readonly privateEndpoint?: boolean;
  /** Requests and answers are reshaped, or an AWS service is called without a function. */
  readonly transformation?: boolean;
  /** A share of the calls tries a new deployment of the API itself. */
  readonly canary?: boolean;
  /** One function, one address, nothing in front. */
  readonly singleFunction?: boolean;
}

export type ApiKind = 'rest' | 'http' | 'websocket' | 'function-url';

export interface ApiChoice {
  readonly use: ApiKind;
  readonly because: string;
}

/** From the most particular need to the most common; the first that holds decides. */
const rules: readonly (ApiChoice & { readonly need: keyof ApiNeeds })[] = [
  { need: 'serverPushes', use: 'websocket', because: 'only a WebSocket API lets the server send without being asked' },
  { need: 'usagePlans', use: 'rest', because: 'usage plans and API keys exist for REST APIs only' },
  { need: 'requestValidation', use: 'rest', because: 'only REST APIs check bodies against a model' },
  { need: 'caching', use: 'rest', because: 'only REST APIs keep answers' },
  { need: 'firewall', use: 'rest', because: 'a web ACL attaches to a REST stage, not to an HTTP API' },
  { need: 'privateEndpoint', use: 'rest', because: 'only REST APIs can be private to a network' },
  { need: 'transformation', use: 'rest', because: 'mapping templates exist for REST APIs only' },
  { need: 'canary', use: 'rest', because: 'only stages of REST APIs send a share of calls to another deployment' },
  {
    need: 'singleFunction',
    use: 'function-url',
    because: 'a function has an address of its own at no further cost when nothing must stand before it',
  },
];

/**
 * Which kind of API to take: the first need that only one kind meets decides, and without any such need an HTTP API, which
 * costs less than a third of a REST API and answers sooner.
 *
 * @claims serverless-api-choice
 */
export function chooseApi(needs: ApiNeeds): ApiChoice {
  const conflict = needs.serverPushes && rules.find(({ need, use }) => use === 'rest' && needs[need]);
  if (conflict) {
    throw new Error(
      `serverPushes needs a WebSocket API and ${conflict.need} a REST API; make two APIs, one for each need`,
    );
  }
  const rule = rules.find(({ need }) => needs[need]);
  return rule
    ? { use: rule.use, because: rule.because }
    : {
        use: 'http',
        because: 'nothing asks for more than routes and tokens, and an HTTP API is the cheapest with both',
      };
}
