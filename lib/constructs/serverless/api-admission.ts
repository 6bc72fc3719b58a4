import type { CfnStage, IRestApi, IStage } from 'aws-cdk-lib/aws-apigateway';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IAlias } from 'aws-cdk-lib/aws-lambda';
import { aliasVariable } from './function-target';
import type { TargetKind } from './target-kind';
import { calledAndWaitedFor } from './waited-for';

/** The aliases of functions a target leads to. */
export const aliasesOf = ({ alias, aliases = {} }: Pick<TargetKind, 'alias' | 'aliases'>): IAlias[] => [
  ...(alias ? [alias] : []),
  ...Object.values(aliases),
];

/** Lets the stages of an API run the functions its methods lead to, each for its own path alone. */
export class ApiAdmission {
  private readonly picked = new Map<string, string>();

  constructor(
    private readonly api: IRestApi,
    private readonly stages: readonly IStage[],
  ) {}

  /** A stage whose alias variable has another value already, for a function whose alias has another name. */
  faults({ aliases = {} }: TargetKind): (string | false)[] {
    return Object.entries(aliases).map(([stage, { aliasName }]) => {
      const picked = this.picked.get(stage);
      return (
        picked !== undefined &&
        picked !== aliasName &&
        `target has the alias ${aliasName} for the stage ${stage}, where another function has ${picked}; a stage picks aliases of one name, so name them alike`
      );
    });
  }

  admit(method: string, path: string, { alias, aliases }: TargetKind): void {
    // The CDK lets the first stage in.
    if (alias) for (const stage of this.stages.slice(1)) this.permit(method, path, alias, stage);
    if (aliases) for (const stage of this.stages) this.pick(stage, method, path, aliases[nameOf(stage)]);
    for (const each of aliasesOf({ ...(alias && { alias }), ...(aliases && { aliases }) })) calledAndWaitedFor(each);
  }

  private pick(stage: IStage, method: string, path: string, alias: IAlias): void {
    this.picked.set(nameOf(stage), alias.aliasName);
    (stage.node.defaultChild as CfnStage).addPropertyOverride(`Variables.${aliasVariable}`, alias.aliasName);
    this.permit(method, path, alias, stage);
  }

  private permit(method: string, path: string, alias: IAlias, stage: IStage): void {
    const sourceArn = this.api.arnForExecuteApi(method, path.replace(/\{[^}]+\}/g, '*'), stage.stageName);
    alias.addPermission(`${method}${path}${stage.node.id}`.replaceAll('/', '.'), {
      principal: new ServicePrincipal('apigateway.amazonaws.com'),
      sourceArn,
      scope: stage,
    });
  }
}

/** A stage's name as it was given; the stage itself knows a token. */
const nameOf = (stage: IStage): string => (stage.node.defaultChild as CfnStage).stageName!;
