#!/usr/bin/env bash
# Measures Shoal against other ways of doing the same work and against this machine's ceilings; prints one table.
# Makes its own Python environment in .deps/bench on the first call. Options: tests/bench/run.sh --help; docs/performance.md.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
bench="$root/.deps/bench"
# shellcheck source=deploy/pins.sh
source "$root/deploy/pins.sh"

say() { printf 'bench: %s\n' "$*" >&2; }
pip() { "$bench/python/bin/python" -m pip --disable-pip-version-check install -q --no-deps "$@"; }

# once NAME FILE COMMAND…: runs COMMAND unless it has run for this content of FILE before.
once() {
  local stamp="$bench/.stamp-$1" file=$2
  shift 2
  if cmp -s "$file" "$stamp"; then return; fi
  "$@"
  cp "$file" "$stamp"
}

# The torch that deploy/setup.sh has downloaded will do; without it (SHOAL_LIBTORCH) the same wheel is installed.
install_torch() {
  local packages
  packages=$("$bench/python/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
  if [[ -f $root/.deps/libtorch/torch/__init__.py ]]; then
    printf '%s\n' "$root/.deps/libtorch" >"$packages/torch-of-setup.pth"
    "$bench/python/bin/python" "$here/cuda_stand_ins.py" "$root/.deps/libtorch/torch/lib" "$bench/stand-ins"
  else
    pip "${LIBTORCH_WHEELS[@]}"
    "$bench/python/bin/python" "$here/cuda_stand_ins.py" "$packages/torch/lib" "$bench/stand-ins"
  fi
}

install_peers() {
  say "making the Python environment .deps/bench (about 400 MB)"
  rm -rf "$bench/python" "$bench/stand-ins" "$bench/.stamp-llama"
  mkdir -p "$bench"
  python3 -m venv "$bench/python"
  pip -r "$here/requirements.txt"
  install_torch
}

install_llama() {
  say "building llama.cpp (some eight minutes on two cores)"
  CMAKE_ARGS="${CMAKE_ARGS:-} -DLLAVA_BUILD=OFF -DGGML_NATIVE=ON" pip --no-binary llama_cpp_python -r "$here/requirements-llama.txt" \
    >"$bench/llama.log" 2>&1 || { tail -n 20 "$bench/llama.log" >&2; exit 1; }
}

once peers "$here/requirements.txt" install_peers
for option in "$@"; do
  if [[ $option == --llama ]]; then once llama "$here/requirements-llama.txt" install_llama; fi
done
# The stand-ins are for torch alone; nothing here uses a GPU.
export SHOAL_BENCH_STAND_INS="$bench/stand-ins" CUDA_VISIBLE_DEVICES="" TOKENIZERS_PARALLELISM=false HF_HUB_OFFLINE=1
exec "$bench/python/bin/python" -B "$here/bench.py" --root "$root" "$@"
