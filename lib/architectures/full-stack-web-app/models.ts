import { JsonSchemaType as type, JsonSchemaVersion, type JsonSchema } from 'aws-cdk-lib/aws-apigateway';

/** The body of `PUT /tasks/{taskId}`, as `writtenTask` of `lambda/full-stack-web-app/task.ts` has it. */
export const taskModel: JsonSchema = {
  schema: JsonSchemaVersion.DRAFT4,
  type: type.OBJECT,
  properties: {
    text: { type: type.STRING, minLength: 1, maxLength: 500 },
    done: { type: type.BOOLEAN },
    version: { type: type.INTEGER, minimum: 0, maximum: 1_000_000_000 },
  },
  required: ['text', 'done', 'version'],
  additionalProperties: false,
};
