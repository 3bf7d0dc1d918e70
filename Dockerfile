# One image for every process of the hall: web, worker, beat, prepare. See docker-compose.yml.

FROM python:3.11-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /srv/hall
COPY requirements/ requirements/
RUN python -m venv /opt/venv \
 && /opt/venv/bin/pip install --require-hashes -r requirements/run.txt \
 && python -m venv /opt/node && /opt/node/bin/pip install --require-hashes -r requirements/assets.txt
COPY bin/ bin/
RUN apt-get update && python bin/fonts && mkdir -p .cache/fonts && rm -rf /var/lib/apt/lists/*
COPY package.json package-lock.json ./
RUN /opt/node/bin/python bin/assets && rm -rf node_modules
COPY . .
# Any secret will do to collect files; the running hall is given its own.
RUN HALL_STATIC=collected HALL_DATA=building /opt/venv/bin/python manage.py collectstatic --no-input --verbosity 0 \
 && /opt/venv/bin/python -m compileall -q hall matters applications routing certificates supervision fixtures \
 && rm -rf building

FROM python:3.11-slim-bookworm
RUN apt-get update \
 && apt-get install -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-noto-cjk \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --uid 10001 --user-group --no-create-home --home-dir /nonexistent hall \
 && install -d -o hall -g hall -m 0700 /data
COPY --from=build /opt/venv /opt/venv
COPY --from=build /srv/hall /srv/hall
WORKDIR /srv/hall
USER hall
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 XDG_CACHE_HOME=/data/cache \
    DJANGO_SETTINGS_MODULE=hall.settings HALL_STATIC=collected HALL_DATA=/data HALL_BIND=0.0.0.0 HALL_PORT=8000
VOLUME /data
EXPOSE 8000
CMD ["python", "-m", "gunicorn", "--config", "deploy/gunicorn.py", "hall.wsgi"]
