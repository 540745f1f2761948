# One image for web, worker, beat and migrations; docker-compose.yml says which runs what.
FROM python:3.13-slim

ENV PYTHONUNBUFFERED=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /app

COPY pyproject.toml constraints.txt ./
COPY tools tools
RUN python tools/requirements.py run > /tmp/requirements.txt \
 && pip install --constraint constraints.txt --requirement /tmp/requirements.txt

COPY manage.py ./
COPY annotate_site annotate_site
COPY fields fields
COPY traces traces
COPY queues queues
COPY reviews reviews
COPY templates templates
COPY static static

# The key is for this one command, which keeps nothing that depends on it.
RUN SECRET_KEY=unused python manage.py collectstatic --no-input --verbosity 0

# A volume takes over owner and rights of the folder it is mounted on.
RUN useradd --system --uid 999 --no-create-home annotate \
 && install -d -o annotate -g annotate var/uploads var/beat
USER annotate
