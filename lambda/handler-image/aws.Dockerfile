# A function as an image, from AWS's base: Node.js, the client of the runtime, the AWS SDK, and the interface emulator.
ARG BASE
FROM ${BASE}

COPY index.js index.js.map ${LAMBDA_TASK_ROOT}/
ENV NODE_OPTIONS=--enable-source-maps
CMD ["index.handler"]
