#!/usr/bin/env bash
# Sets up, builds and passes every test. Arguments go to ctest, e.g. `deploy/test.sh -L unit`.
# Ends with how long its parts took, the ten slowest tests, and how much the compiler cache had.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"
# shellcheck source=deploy/parts.sh
source deploy/parts.sh

build() {
  rm -f .deps/ccache.log
  CCACHE_STATSLOG="$root/.deps/ccache.log" cmake --build --preset cpu -- -k 0 >.deps/build.log 2>&1 ||
    { grep -E -A 12 'FAILED|error:' .deps/build.log | head -n 80 >&2; return 1; }
  tail -n 1 .deps/build.log
}

tell_slowest() {
  printf 'test: the slowest\n'
  grep -o '<testcase name="[^"]*" classname="[^"]*" time="[^"]*"' build/cpu/tests/results.xml |
    awk -F '"' '{printf "%8.0f s  %s\n", $6, $2}' | sort -rn | head -n 10
}

tell_cache() {
  [[ -f .deps/ccache.log ]] || return 0
  printf 'test: compiler cache:%s\n' "$(CCACHE_STATSLOG=.deps/ccache.log ccache --show-log-stats | grep -m 1 Hits: | cut -d : -f 2-)"
}

note_parts
part "setup" deploy/setup.sh --tests
part "demo model" deploy/demo/fetch.sh
printf 'test: building\n'
part "configure" cmake --preset cpu -DSHOAL_TESTS=ON
part "build" build
status=0
# One more than there are cores: some tests mostly wait.
part "tests" ctest --preset cpu -j "$(($(nproc) + 1))" --output-junit tests/results.xml "$@" || status=$?
tell_slowest
tell_cache
exit "$status"
