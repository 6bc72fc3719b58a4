// Required by every process of a measured command: adds its CPU time and peak memory to the file named by the bench.
const { appendFileSync } = require('node:fs');

const file = process.env.GROUNDPLAN_BENCH_USAGE;
if (file) {
  process.on('exit', () => {
    const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
    appendFileSync(file, `${JSON.stringify({ cpu: (userCPUTime + systemCPUTime) / 1e6, memory: maxRSS / 1024 })}\n`);
  });
}
