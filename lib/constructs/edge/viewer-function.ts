import { Function, FunctionCode, FunctionEventType, FunctionRuntime, type IFunction } from 'aws-cdk-lib/aws-cloudfront';
import { Construct } from 'constructs';
import { refuse } from '../faults';
import type { EdgeData } from './edge-data';
import { EdgeHook, isViewerHook, type HookOptions, type IEdgeCode } from './edge-hook';
import { regionalName } from './regional-name';

export interface ViewerFunctionProps {
  /** What the function is for, in a sentence; shown in the console. */
  readonly description: string;
  /** The code, 10 KB at most: `viewerCode` makes it of a TypeScript file. */
  readonly code: string;
  /** `EdgeHook.VIEWER_REQUEST` or `EdgeHook.VIEWER_RESPONSE`; origin hooks take an `EdgeRequestFunction`. */
  readonly hook: EdgeHook;
  /**
   * Values it reads, which change without a deployment; one store a function.
   * @default - none
   */
  readonly data?: EdgeData;
}

const mostBytes = 10 * 1024;

/**
 * JavaScript that CloudFront itself runs for each request or each answer, in less than a millisecond and at a sixth of the price of
 * Lambda@Edge. It has no network, no files and no clock that runs; what it must know is in its code or in `EdgeData`.
 *
 * @claims edge-cloudfront-function, edge-hook-points
 */
export class ViewerFunction extends Construct implements IEdgeCode {
  readonly hook: EdgeHook;
  readonly kind = 'CloudFront Functions';
  readonly name: string;
  readonly function: IFunction;

  constructor(scope: Construct, id: string, { description, code, hook, data }: ViewerFunctionProps) {
    super(scope, id);
    const bytes = Buffer.byteLength(code);
    refuse(this, [
      bytes > mostBytes &&
        `code has ${bytes} bytes; CloudFront Functions take ${mostBytes}, so put values into EdgeData, or make an EdgeRequestFunction of it`,
      !/^(async )?function handler\(/m.test(code) &&
        'code has no function handler(event), which is what CloudFront calls; make it with viewerCode',
      !isViewerHook(hook) && `hook is ${hook}, where only Lambda@Edge runs; make an EdgeRequestFunction of it`,
    ]);
    this.hook = hook;
    this.name = this.node.path;
    this.function = new Function(this, 'Function', {
      functionName: regionalName(this, 64),
      comment: description,
      code: FunctionCode.fromInline(code),
      runtime: FunctionRuntime.JS_2_0,
      ...(data && { keyValueStore: data.store }),
    });
  }

  edgeFaults(): string[] {
    return [];
  }

  associate(): HookOptions {
    const eventType =
      this.hook === EdgeHook.VIEWER_REQUEST ? FunctionEventType.VIEWER_REQUEST : FunctionEventType.VIEWER_RESPONSE;
    return { functionAssociations: [{ function: this.function, eventType }] };
  }
}
