#!/bin/sh
# Start Valkey for Countersign: REDIS_PASSWORD from the environment becomes the hash of its one user's password.
# What stands behind this command's name goes to the server, as `--port 6380`.
set -eu
umask 077
here=$(dirname "$0")
if [ "${#REDIS_PASSWORD}" -lt 32 ]; then
    echo "REDIS_PASSWORD must have 32 characters or more, and only letters and digits: openssl rand -hex 32" >&2
    exit 2
fi
case $REDIS_PASSWORD in
*[!A-Za-z0-9]*)
    # It stands in an address, REDIS_URL, where other characters would mean something.
    echo "REDIS_PASSWORD may have letters and digits alone: openssl rand -hex 32" >&2
    exit 2
    ;;
esac
hash=$(printf %s "$REDIS_PASSWORD" | sha256sum | cut -d ' ' -f 1)
users=${TMPDIR:-/tmp}/users.acl
sed "s/SHA256_OF_PASSWORD/$hash/" "$here/users.acl" >"$users"
exec env -u REDIS_PASSWORD valkey-server "$here/valkey.conf" --aclfile "$users" "$@"
