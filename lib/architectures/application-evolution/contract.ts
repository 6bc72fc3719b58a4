import { JsonSchemaType as type, JsonSchemaVersion, type JsonSchema } from 'aws-cdk-lib/aws-apigateway';
import { mostCharacters, namePattern, type Route } from '../../../lambda/application-evolution/environment';

/** The body of `POST /documents`, as `newDocument` of `lambda/application-evolution/document.ts` has it. */
export const documentModel: JsonSchema = {
  schema: JsonSchemaVersion.DRAFT4,
  type: type.OBJECT,
  properties: {
    name: { type: type.STRING, pattern: namePattern },
    text: { type: type.STRING, minLength: 1, maxLength: mostCharacters },
  },
  required: ['name', 'text'],
  additionalProperties: false,
};

/** The path of a method. */
export const pathOf = (route: Route): string => route.split(' ')[1];
