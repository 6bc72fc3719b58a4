import { JsonSchemaVersion, JsonSchemaType as type, type JsonSchema } from 'aws-cdk-lib/aws-apigateway';

/** Every member is known and wanted. */
const strict = (properties: Record<string, JsonSchema>): JsonSchema => ({
  type: type.OBJECT,
  properties,
  required: Object.keys(properties),
  additionalProperties: false,
});
const whole = (minimum: number, maximum: number): JsonSchema => ({ type: type.INTEGER, minimum, maximum });
const text = (maxLength: number): JsonSchema => ({ type: type.STRING, minLength: 1, maxLength });

/** The body of `POST /parcels`, as `newParcel` of `lambda/api-facade/parcel.ts` has it. */
export const parcelModel: JsonSchema = {
  schema: JsonSchemaVersion.DRAFT4,
  ...strict({
    sender: { type: type.STRING, pattern: '^[A-Za-z0-9_-]{1,64}$' },
    to: strict({ name: text(100), country: { type: type.STRING, pattern: '^[A-Z]{2}$' } }),
    grams: whole(1, 31_500),
  }),
};

/** The body of `POST /pickups`, as `pickupIn` of `lambda/api-facade/pickup.ts` has it. */
export const pickupModel: JsonSchema = {
  schema: JsonSchemaVersion.DRAFT4,
  ...strict({
    place: text(200),
    date: { type: type.STRING, pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}$' },
    parcels: whole(1, 50),
  }),
};
