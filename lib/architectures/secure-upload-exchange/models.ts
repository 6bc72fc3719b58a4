import { JsonSchemaVersion, JsonSchemaType as type, type JsonSchema } from 'aws-cdk-lib/aws-apigateway';
import { beginnings, largestFile } from '../../../lambda/secure-upload-exchange/environment';

/** The body of `POST /uploads`, as `newUpload` of `lambda/secure-upload-exchange/upload.ts` has it. */
export const uploadModel: JsonSchema = {
  schema: JsonSchemaVersion.DRAFT4,
  type: type.OBJECT,
  properties: {
    fileName: { type: type.STRING, pattern: '^[A-Za-z0-9][A-Za-z0-9_-]{0,99}\\.[A-Za-z0-9]{1,8}$' },
    contentType: { type: type.STRING, enum: Object.keys(beginnings) },
    bytes: { type: type.INTEGER, minimum: 1, maximum: largestFile },
    expiresIn: { type: type.INTEGER, minimum: 1, maximum: 900 },
  },
  required: ['fileName', 'contentType', 'bytes'],
  additionalProperties: false,
};
