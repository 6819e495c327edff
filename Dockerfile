# One image for web, worker, beat and sandbox; docker-compose.yml gives each its command.
FROM python:3.13-slim

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore

WORKDIR /app
COPY requirements.lock .
RUN pip install --require-hashes -r requirements.lock

COPY . .
RUN pip install --no-build-isolation --no-deps -e . \
 && useradd --uid 10001 --create-home ocop \
 && install -d -o ocop -g ocop var

USER ocop
CMD ["ocop", "--help"]
