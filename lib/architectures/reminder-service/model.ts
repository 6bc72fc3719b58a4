import { JsonSchemaVersion, JsonSchemaType as type, type JsonSchema } from 'aws-cdk-lib/aws-apigateway';
import { longestWait, mostPeople } from './limits';

const text = (maxLength: number): JsonSchema => ({ type: type.STRING, minLength: 1, maxLength });

/** The body of `POST /api/reminders`, as `reminderWithin` of `lambda/reminder-service/reminder.ts` has it, but for what belongs together. */
export const reminderModel: JsonSchema = {
  schema: JsonSchemaVersion.DRAFT4,
  type: type.OBJECT,
  required: ['cat', 'wish', 'seconds', 'to'],
  additionalProperties: false,
  properties: {
    cat: text(40),
    wish: text(120),
    seconds: { type: type.INTEGER, minimum: 0, maximum: longestWait.toSeconds() },
    to: {
      type: type.ARRAY,
      minItems: 1,
      maxItems: mostPeople,
      items: {
        type: type.OBJECT,
        required: ['name', 'by'],
        additionalProperties: false,
        properties: {
          name: text(40),
          by: { type: type.STRING, enum: ['email', 'sms', 'both'] },
          mail: text(254),
          phone: { type: type.STRING, pattern: '^\\+[1-9][0-9]{6,14}$' },
        },
      },
    },
  },
};
