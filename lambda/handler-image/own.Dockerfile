# A function as an image, from any Debian that has Node.js. What makes an image one for Lambda is the client of the runtime: it asks for the
# next event, calls the handler, and hands the answer over. Its native part is built here, and the tools for that stay behind.
ARG BASE
FROM ${BASE} AS client
RUN apt-get update && apt-get install --yes --no-install-recommends autoconf automake cmake g++ libtool make python3 xz-utils
WORKDIR /client
RUN npm install --no-package-lock aws-lambda-ric@4.0.2

FROM ${BASE}
ENV LAMBDA_TASK_ROOT=/var/task
WORKDIR ${LAMBDA_TASK_ROOT}
COPY --from=client /client /client
COPY index.js index.js.map ./
ENV NODE_OPTIONS=--enable-source-maps
USER node
ENTRYPOINT ["/usr/local/bin/node", "/client/node_modules/aws-lambda-ric/index.mjs"]
CMD ["index.handler"]
