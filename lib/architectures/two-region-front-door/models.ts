import { JsonSchemaType as type, JsonSchemaVersion, type JsonSchema } from 'aws-cdk-lib/aws-apigateway';
import { longestNote } from '../../../lambda/two-region-front-door/environment';

/** The body of `POST /notes`, as `textIn` of `lambda/two-region-front-door/note.ts` has it. */
export const noteModel: JsonSchema = {
  schema: JsonSchemaVersion.DRAFT4,
  type: type.OBJECT,
  properties: { text: { type: type.STRING, minLength: 1, maxLength: longestNote } },
  required: ['text'],
  additionalProperties: false,
};
