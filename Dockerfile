# The service as a container: one stage builds the environment from the lock, the other runs it as a plain user.
ARG BASE=docker.io/library/python:3.14-slim-bookworm

FROM ${BASE} AS build
ENV UV_LINK_MODE=copy UV_COMPILE_BYTECODE=1 UV_PYTHON_DOWNLOADS=never UV_PROJECT_ENVIRONMENT=/app/.venv
RUN python -m venv /uv && /uv/bin/pip install --no-cache-dir uv==0.13.9
WORKDIR /app
COPY pyproject.toml uv.lock README.md ./
RUN /uv/bin/uv sync --frozen --no-dev --no-install-project
COPY domain domain
COPY api api
COPY migrations migrations
RUN /uv/bin/uv sync --frozen --no-dev --no-editable

FROM ${BASE}
ARG VERSION=unknown REVISION=unknown
LABEL org.opencontainers.image.title="PLF" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin plf && install -d -o 10001 -g 10001 /data
COPY --from=build /app/.venv /app/.venv
ENV PATH=/app/.venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PLF_HOST=0.0.0.0 PLF_DATA_DIR=/data
USER 10001
WORKDIR /data
VOLUME /data
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s \
  CMD ["python", "-c", "import os, urllib.request as http; http.urlopen('http://127.0.0.1:' + os.environ.get('PLF_PORT', '8000') + '/ready', timeout=2)"]
ENTRYPOINT ["plf"]
CMD ["serve"]
