# Parley in one container: `docker build -t parley .`, then
# `docker run --read-only -p 8000:8000 -v parley:/app/data -e PUBLIC_URL=https://chat.example.org parley`
FROM denoland/deno:2.9.6 AS build
WORKDIR /build
COPY . .
# the client; then what is served, with the packages that it loads and none of those that build and test it
RUN deno run -q -P=build fresh.config.ts build && deno run -q -A lib/operate/image.ts /app && mkdir -p /app/data

FROM denoland/deno:distroless-2.9.6
WORKDIR /app
ENV DENO_DIR=/app/.deno DENO_NO_UPDATE_CHECK=1 HOST=0.0.0.0 PORT=8000 LOG_FORMAT=json
# the C library gives back what a password's hash used; it reads this when the process begins
ENV MALLOC_TRIM_THRESHOLD_=1048576
COPY --from=build /app /app
# 65532: the image's own user without rights
COPY --from=build --chown=65532:65532 /app/data /app/data
USER 65532:65532
VOLUME /app/data
EXPOSE 8000
# no HEALTHCHECK, for which the image has no shell: whoever runs it asks GET /health (alive) and GET /ready (send traffic)
# not through npx or a task: the server has to hear SIGTERM itself
CMD ["run", "-q", "--cached-only", "--frozen", "-P=serve", "main.ts"]
