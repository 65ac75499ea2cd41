#!/usr/bin/env bash
# Runs every search of docs/results.md (configs/results, three seeds each) and prints its tables. Finished runs are not run
# again, an interrupted one continues. Needs deploy/quickstart.sh or deploy/test.sh first. Options: results.sh --help
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
exec python3 -B "$here/results.py" --root "$root" "$@"
