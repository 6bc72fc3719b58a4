import { tableClient } from '../shared/table-client';
import { variables } from '../shared/variables';
import { Counts } from './counts';
import { environment } from './environment';
import { taskRoutes } from './routes';
import { metrics } from './runtime';
import { TaskTable } from './task-table';

const { tasksTable, countsTable } = variables(environment);
const client = tableClient();

/** The routes over the tables of this deployment. */
export const routes = taskRoutes(new TaskTable(client, tasksTable), new Counts(client, countsTable), metrics);
