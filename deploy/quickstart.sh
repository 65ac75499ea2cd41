#!/usr/bin/env bash
# From a fresh clone to a report: sets up, builds, fetches the demo model and runs a real search (10 to 25 minutes on 2 cores, the first build included).
# A second call goes on where the first one stopped; --fresh starts the search anew. Further arguments go to `shoal run`.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"
# shellcheck source=deploy/pins.sh
source deploy/pins.sh

resume=auto
if [[ ${1:-} == --fresh ]]; then
  resume=never
  shift
fi

deploy/setup.sh
deploy/demo/fetch.sh
printf 'quickstart: building\n'
cmake --preset cpu -DSHOAL_TESTS=OFF >.deps/configure.log 2>&1 || { cat .deps/configure.log >&2; exit 1; }
cmake --build --preset cpu --target shoal >.deps/build.log 2>&1 || { tail -n 40 .deps/build.log >&2; exit 1; }
printf 'quickstart: searching (progress below, everything else in runs/quickstart)\n'
exec build/cpu/bin/shoal run configs/quickstart.yaml --resume "$resume" "$@"
