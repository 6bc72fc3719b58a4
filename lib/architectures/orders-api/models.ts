import { JsonSchemaVersion, JsonSchemaType as type, type JsonSchema } from 'aws-cdk-lib/aws-apigateway';

/** Every member is known and wanted, but for those named. */
const strict = (properties: Record<string, JsonSchema>, optional: readonly string[] = []): JsonSchema => ({
  type: type.OBJECT,
  properties,
  required: Object.keys(properties).filter((name) => !optional.includes(name)),
  additionalProperties: false,
});
const whole = (minimum: number, maximum: number): JsonSchema => ({ type: type.INTEGER, minimum, maximum });

/** The body of `POST /orders`, as `newOrder` of `lambda/orders-api/order.ts` has it. */
export const orderModel: JsonSchema = {
  schema: JsonSchemaVersion.DRAFT4,
  ...strict(
    {
      customer: { type: type.STRING, pattern: '^[A-Za-z0-9_-]{1,64}$' },
      currency: { type: type.STRING, enum: ['EUR', 'GBP', 'USD'] },
      items: {
        type: type.ARRAY,
        minItems: 1,
        maxItems: 100,
        items: strict({
          sku: { type: type.STRING, pattern: '^[A-Za-z0-9._-]{1,40}$' },
          quantity: whole(1, 1000),
          unitPrice: whole(0, 10_000_000),
        }),
      },
      note: { type: type.STRING, maxLength: 500 },
    },
    ['note'],
  ),
};

/** The body of `POST /orders/{orderId}/attachments`, as `newAttachment` of `lambda/orders-api/attachment.ts` has it. */
export const attachmentModel: JsonSchema = {
  schema: JsonSchemaVersion.DRAFT4,
  ...strict(
    {
      fileName: { type: type.STRING, pattern: '^[A-Za-z0-9][A-Za-z0-9_-]{0,99}\\.[A-Za-z0-9]{1,8}$' },
      contentType: { type: type.STRING, enum: ['application/pdf', 'image/jpeg', 'image/png', 'text/plain'] },
      bytes: whole(1, 10 * 1024 * 1024),
      expiresIn: whole(60, 900),
    },
    ['expiresIn'],
  ),
};
