import { createApp } from '../lib/app';
import { synthesise } from '../lib/compliance';
import { settingsFromContext } from '../lib/settings';

const context = JSON.parse(process.env.CDK_CONTEXT_JSON ?? '{}') as Record<string, unknown>;
try {
  synthesise(createApp(settingsFromContext(context, process.env.CDK_DEFAULT_ACCOUNT)));
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
