import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import type { IAlias } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { ApiLink } from './api-link';
import {
  getItem,
  putItem,
  sendMessage,
  startExecution,
  type GetItemOptions,
  type PutItemOptions,
  type StartExecutionOptions,
} from './aws-calls';
import { awsAction } from './aws-target';
import { functionByStage, functionMapped, functionProxy, type MappedTargetOptions } from './function-target';
import { httpMapped, httpProxy, type HttpMappedOptions, type HttpTargetOptions } from './http-target';
import { linked, type LinkedTargetOptions } from './linked-target';
import { mock, type MockTargetOptions } from './mock-target';
import { soap, type SoapTargetOptions } from './soap-target';
import type { ApiTargetOptions, TargetKind } from './target-kind';

/**
 * What answers a method.
 *
 * @claims serverless-integration-lambda, serverless-integration-mock, serverless-integration-http, serverless-integration-private,
 * serverless-integration-aws, serverless-soap-bridge, serverless-stage-alias
 */
export class ApiTarget {
  /** The function gets the request as it is, and what it returns is the answer, status and headers included. */
  static proxy(alias: IAlias, options: ApiTargetOptions = {}): ApiTarget {
    return new ApiTarget(() => functionProxy(alias, options));
  }

  /** The same, and each stage has an alias of its own of one function, so that each runs its own version. */
  static proxyByStage(aliases: Readonly<Record<string, IAlias>>, options: ApiTargetOptions = {}): ApiTarget {
    return new ApiTarget(() => functionByStage(aliases, options));
  }

  /** Templates make the event and the answer, so that the function knows nothing of HTTP. */
  static mapped(alias: IAlias, options: MappedTargetOptions): ApiTarget {
    return new ApiTarget(() => functionMapped(alias, options));
  }

  /** A constant answer, without a back end: before there is one, or where none is needed. */
  static mock(options: MockTargetOptions): ApiTarget {
    return new ApiTarget(() => mock(options));
  }

  /**
   * Another web server gets the request as it is, and its answer is the answer: it has to fit the contract.
   *
   * @param url with `https://`; `{country}` in it is that of the path
   */
  static httpProxy(url: string, options: HttpTargetOptions = {}): ApiTarget {
    return new ApiTarget((method) => httpProxy(url, method, options));
  }

  /** Another web server, and templates between it and the contract. */
  static http(url: string, options: HttpMappedOptions): ApiTarget {
    return new ApiTarget((method) => httpMapped(url, method, options));
  }

  /** A load balancer without public addresses gets the request as it is, by a link into its network. */
  static linkedProxy(link: ApiLink, options: LinkedTargetOptions): ApiTarget {
    return new ApiTarget((method) => linked(link, method, options));
  }

  /** A service that speaks SOAP 1.1. */
  static soap(url: string, options: SoapTargetOptions): ApiTarget {
    return new ApiTarget(() => soap(url, options));
  }

  /** The body becomes a message, and the caller gets its id with 202. No function runs. */
  static sendMessage(queue: IQueue, options: ApiTargetOptions = {}): ApiTarget {
    return new ApiTarget(() => awsAction(sendMessage(queue), options));
  }

  /** An item of a table is the answer, or 404. No function runs. */
  static getItem(table: ITable, options: GetItemOptions): ApiTarget {
    return new ApiTarget(() => awsAction(getItem(table, options), options));
  }

  /** The request becomes an item of a table, unless there is one of its key: 409. No function runs. */
  static putItem(table: ITable, options: PutItemOptions): ApiTarget {
    return new ApiTarget(() => awsAction(putItem(table, options), options));
  }

  /** The request becomes the input of a state machine, which goes on by itself; the caller gets the execution's name with 202. */
  static startExecution(machine: IStateMachine, options: StartExecutionOptions = {}): ApiTarget {
    return new ApiTarget(() => awsAction(startExecution(machine, options), options));
  }

  private constructor(
    /** How it is made for a method such as `GET`. */
    readonly kindFor: (method: string) => TargetKind,
  ) {}
}
