#!/usr/bin/env bash
# Makes deploy/demo/model with fetch_model.py, in the environment that deploy/setup.sh made. Needs setup.sh first.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# shellcheck source=deploy/pins.sh
source "$root/deploy/pins.sh"
python="$root/.deps/python/bin/python"

if [[ -f $root/deploy/demo/model/tokenizer_config.json ]]; then
  printf 'demo model: there\n'
  exit 0
fi
"$python" -m pip install -q --disable-pip-version-check "${DEMO_REQUIREMENTS[@]}"
"$python" "$root/deploy/demo/fetch_model.py"
