import { existsSync, readFileSync } from 'node:fs';
import { DefinitionBody, type IChainable, type StateMachineProps } from 'aws-cdk-lib/aws-stepfunctions';
import type { MachineDefinition } from './machine-states';

/** What a workflow does, step by step. */
export abstract class WorkflowDefinition {
  /** Steps chained in code, which bring what the role of the workflow must be allowed. */
  static chain(start: IChainable): WorkflowDefinition {
    return new Chained(start);
  }

  /**
   * Steps in a file in the Amazon States Language, as `aws stepfunctions describe-state-machine` exports them; what the role must be
   * allowed is granted to it by hand. Its `Comment` and `TimeoutSeconds` are set from the workflow's description and timeout.
   *
   * @param path of the file, such as `definition.asl.json`
   * @param substitutions what stands for `${Name}` in it, by name
   */
  static file(path: string, substitutions: Readonly<Record<string, string>> = {}): WorkflowDefinition {
    return existsSync(path)
      ? new Written(`definition ${path}`, readFileSync(path, 'utf8'), substitutions)
      : new Missing(path);
  }

  /** States that code makes, for a machine in which the same steps stand several times; otherwise as `file`. */
  static of(machine: MachineDefinition, substitutions: Readonly<Record<string, string>> = {}): WorkflowDefinition {
    return new Written('definition', JSON.stringify(machine), substitutions);
  }

  /** What is wrong with it before it is made. */
  abstract readonly faults: readonly string[];
  /** What a state machine is made with. */
  abstract bind(comment: string, timeoutSeconds: number): Partial<StateMachineProps>;
}

class Chained extends WorkflowDefinition {
  readonly faults = [];

  constructor(private readonly start: IChainable) {
    super();
  }

  bind(comment: string): Partial<StateMachineProps> {
    return { definitionBody: DefinitionBody.fromChainable(this.start), comment };
  }
}

class Written extends WorkflowDefinition {
  readonly faults: readonly string[];
  private readonly machine?: MachineDefinition;

  /** @param where what it is called in a fault */
  constructor(
    where: string,
    text: string,
    private readonly substitutions: Readonly<Record<string, string>>,
  ) {
    super();
    const machine = parsed(text);
    if (!(machine instanceof Object) || !('States' in machine)) {
      this.faults = [`${where} is no state machine; give an object in JSON with StartAt and States`];
      return;
    }
    const wanted = new Set([...text.matchAll(/\$\{([^}]+)\}/g)].map(([, name]) => name));
    const given = Object.keys(substitutions);
    this.machine = machine as MachineDefinition;
    this.faults = [
      ...[...wanted]
        .filter((name) => !given.includes(name))
        .map((name) => `${where} has \${${name}}, for which nothing is given; add ${name} to its substitutions`),
      ...given
        .filter((name) => !wanted.has(name))
        .map((name) => `${where} has no \${${name}}; drop ${name} from its substitutions`),
    ];
  }

  bind(comment: string, timeoutSeconds: number): Partial<StateMachineProps> {
    return {
      definitionBody: DefinitionBody.fromString(
        JSON.stringify({ ...this.machine, TimeoutSeconds: timeoutSeconds, Comment: comment }),
      ),
      definitionSubstitutions: { ...this.substitutions },
    };
  }
}

class Missing extends WorkflowDefinition {
  readonly faults: readonly string[];

  constructor(path: string) {
    super();
    this.faults = [`definition is ${path}, which is not there; give the path of a file in the Amazon States Language`];
  }

  bind(): Partial<StateMachineProps> {
    return {};
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
