#!/usr/bin/env bash
# Sets up, builds and passes every test. Arguments go to ctest, e.g. `deploy/test.sh -L unit`.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"

deploy/setup.sh --tests
deploy/demo/fetch.sh
printf 'test: building\n'
cmake --preset cpu -DSHOAL_TESTS=ON
cmake --build --preset cpu -- -k 0 >.deps/build.log 2>&1 || { grep -E -A 12 'FAILED|error:' .deps/build.log | head -n 80 >&2; exit 1; }
tail -n 1 .deps/build.log
exec ctest --preset cpu -j 2 "$@"
