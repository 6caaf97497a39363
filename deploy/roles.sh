#!/bin/sh
# Run once by a new PostgreSQL: the database, its owner, and the weaker role that the application assumes.
# The owner may see past row-level security, or migrations of data and back-ups would silently miss rows; the
# application's role may not.
set -eu

psql --quiet --set=ON_ERROR_STOP=1 --username="$POSTGRES_USER" --dbname=postgres \
  --set=owner="${OWNER:-owner}" --set=password="$OWNER_PASSWORD" --set=database="${DATABASE:-ams}" <<'SQL'
CREATE ROLE ams_app NOLOGIN NOBYPASSRLS;
CREATE ROLE :"owner" LOGIN NOSUPERUSER CREATEROLE BYPASSRLS PASSWORD :'password';
GRANT ams_app TO :"owner" WITH ADMIN OPTION;
CREATE DATABASE :"database" OWNER :"owner";
SQL
