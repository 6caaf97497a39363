# One image for web, workers, beat and commands. Built in two steps: compilers and translations stay behind.
FROM python:3.12-slim-bookworm AS build
RUN apt-get update \
 && apt-get install -y --no-install-recommends gettext \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /product
COPY requirements.in requirements.lock deploy/runtime_lock.py /build/
RUN python /build/runtime_lock.py /build/requirements.in /build/requirements.lock > /build/runtime.lock \
 && python -m venv /venv \
 && /venv/bin/pip install --no-cache-dir --require-hashes -r /build/runtime.lock
COPY . .
RUN for po in $(find locale -name '*.po'); do msgfmt --check-format -o "${po%.po}.mo" "$po"; done \
 && AMS_VAR=/collected /venv/bin/python manage.py collectstatic --no-input --verbosity 0

FROM python:3.12-slim-bookworm
RUN apt-get update \
 && apt-get install -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fontconfig fonts-noto-core fonts-noto-cjk \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin ams
COPY --from=build /venv /venv
COPY --from=build /product /product
COPY --from=build /collected/static /data/static
# A new volume takes the owner of the folder that it covers.
RUN for folder in keyring-1 keyring-2 root-1 root-2 files; do install -d -o ams -g ams -m 0700 "/data/$folder"; done
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 DJANGO_SETTINGS_MODULE=ams.settings \
    AMS_VAR=/data HOME=/tmp
WORKDIR /product
USER ams
EXPOSE 8000
CMD ["gunicorn", "ams.wsgi", "--bind", "0.0.0.0:8000", "--workers", "2", "--worker-class", "gthread", \
     "--threads", "4", "--timeout", "60", "--preload", "--no-control-socket"]
