# The service. docs/deploy.md tells how to run it:
#   docker build --tag extractor . && docker run --publish 127.0.0.1:8700:8700 --volume extractor:/data --env EXTRACTOR_API_KEYS=... extractor
FROM python:3.11-slim AS build
WORKDIR /src
COPY pyproject.toml constraints.txt README.md LICENSE ./
COPY schemas schemas
COPY prompts prompts
COPY extractor extractor
RUN python -m venv /opt/extractor \
    && /opt/extractor/bin/pip install --no-cache-dir --upgrade "pip>=25" \
    && /opt/extractor/bin/pip wheel --no-cache-dir --no-deps --wheel-dir /tmp/wheels . \
    && /opt/extractor/bin/pip install --no-cache-dir --constraint constraints.txt \
       "commentary-extractor[serve,postgres] @ file://$(ls /tmp/wheels/*.whl)"

FROM python:3.11-slim
COPY --from=build /opt/extractor /opt/extractor
RUN useradd --system --uid 10001 --user-group --no-create-home --home-dir /data extractor \
    && install --directory --owner extractor --group extractor --mode 0700 /data
# It listens to others than this container, so it does not start without EXTRACTOR_API_KEYS.
ENV PATH=/opt/extractor/bin:$PATH \
    EXTRACTOR_HOST=0.0.0.0 \
    EXTRACTOR_PORT=8700 \
    EXTRACTOR_DB=/data/claims.db
USER 10001:10001
VOLUME /data
EXPOSE 8700
# Without the proxy that the environment may name for other addresses.
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s \
    CMD ["python", "-c", "import os; from urllib.request import ProxyHandler, build_opener; build_opener(ProxyHandler({})).open('http://127.0.0.1:' + os.environ['EXTRACTOR_PORT'] + '/healthz', timeout=4)"]
CMD ["extractor", "serve"]
