#!/bin/sh
# Puts the peers that nobody here wrote into .conformance/: what can't be had is named, and its tests skip themselves.
# Each is installed from a list with hashes, once; a changed list installs it anew.
cd "$(dirname "$0")/../.." || exit 1
peers=.conformance
mkdir -p "$peers"

fresh() { # a stamp holds the digest of the list that is installed
  [ -e "$peers/$1.stamp" ] && [ "$(cat "$peers/$1.stamp")" = "$(cksum <"$2")" ]
}

synapse() {
  list=tests/conformance/requirements-synapse.lock
  fresh synapse "$list" && return
  .venv/bin/python -m venv --clear "$peers/synapse" &&
    "$peers/synapse/bin/python" -m pip --disable-pip-version-check --no-input --quiet \
      install --require-hashes --only-binary :all: -r "$list" &&
    cksum <"$list" >"$peers/synapse.stamp"
}

slack() {
  list=tests/conformance/slack/package-lock.json
  fresh slack "$list" && return
  command -v npm >/dev/null || { echo "no npm here"; return 1; }
  rm -rf "$peers/slack" && mkdir -p "$peers/slack" &&
    cp tests/conformance/slack/package.json "$list" "$peers/slack/" &&
    (cd "$peers/slack" && npm ci --ignore-scripts --no-audit --no-fund --silent) &&
    cksum <"$list" >"$peers/slack.stamp"
}

synapse || echo "skipped: Synapse could not be installed; the tests of Matrix over it will say so"
slack || echo "skipped: the Slack emulator could not be installed; its tests will say so"
exit 0
