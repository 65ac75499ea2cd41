#!/usr/bin/env bash
# Brings everything that building Shoal needs: Debian packages, LibTorch and pinned sources, the last two into .deps/.
# Safe to run again: what is there already is left alone. With --cuda also the libraries that torch_cuda loads at run time.
# An existing LibTorch can be used instead: SHOAL_LIBTORCH=/path/to/libtorch deploy/setup.sh
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
deps="$root/.deps"
# shellcheck source=deploy/pins.sh
source "$root/deploy/pins.sh"

say() { printf 'setup: %s\n' "$*"; }
die() { printf 'setup: %s\n' "$*" >&2; exit 1; }

missing_packages() {
  local package
  for package in "$@"; do
    dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed || printf '%s\n' "$package"
  done
}

install_debian_packages() {
  command -v dpkg-query >/dev/null || { say "not a Debian system: install by hand ${DEBIAN_PACKAGES[*]}"; return; }
  local missing
  mapfile -t missing < <(missing_packages "$@")
  if ((${#missing[@]} == 0)); then say "Debian packages: all there"; return; fi
  local line="apt-get install -y --no-install-recommends ${missing[*]}"
  ((EUID == 0)) || die "these packages are missing; as root, run: $line"
  say "Debian packages: installing ${missing[*]}"
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive $line -qq >"$deps/apt.log" 2>&1 || { tail -n 5 "$deps/apt.log" >&2; die "apt-get failed; see .deps/apt.log"; }
}

# pip inside a private environment: Debian's own refuses to install, and an active one of the user's is none of our business.
pip() { "$deps/python/bin/python" -m pip --disable-pip-version-check "$@"; }

make_python() {
  if [[ -x $deps/python/bin/pip ]]; then return; fi
  say "Python environment for downloads and the demo"
  python3 -m venv --clear "$deps/python"
}

# once NAME CONTENT COMMAND…: runs COMMAND unless the stamp NAME already says CONTENT.
once() {
  local stamp="$deps/.stamp-$1" content=$2 name=$1
  shift 2
  if [[ -f $stamp && $(<"$stamp") == "$content" ]]; then say "$name: there"; return; fi
  "$@"
  printf '%s' "$content" >"$stamp"
}

install_libtorch() {
  say "LibTorch: downloading ${LIBTORCH_WHEELS[*]}"
  rm -rf "$deps/libtorch"
  pip install -q --no-deps --no-compile --target "$deps/libtorch" "${LIBTORCH_WHEELS[@]}"
}

install_cuda_libraries() {
  say "CUDA libraries: downloading what torch_cuda needs"
  pip install -q --no-compile --upgrade --target "$deps/libtorch" "${CUDA_REQUIREMENTS[@]}"
}

fetch_tokenizers() {
  say "pytorch-tokenizers $TOKENIZERS_VERSION: downloading the source"
  local folder
  folder=$(mktemp -d "$deps/tokenizers.XXXXXX")
  printf 'pytorch-tokenizers==%s --hash=sha256:%s\n' "$TOKENIZERS_VERSION" "$TOKENIZERS_SHA256" >"$folder/requirements.txt"
  pip download -q --no-deps --no-binary pytorch-tokenizers --require-hashes -r "$folder/requirements.txt" -d "$folder"
  rm -rf "$deps/pytorch-tokenizers"
  mkdir "$deps/pytorch-tokenizers"
  tar -xzf "$folder/pytorch_tokenizers-$TOKENIZERS_VERSION.tar.gz" -C "$deps/pytorch-tokenizers" --strip-components=1
  rm -rf "$folder"
}

fetch_jinja() {
  say "llama.cpp's Jinja engine: downloading the source (77 MB, of which 300 kB are kept)"
  local folder
  folder=$(mktemp -d "$deps/jinja.XXXXXX")
  printf 'llama-cpp-python==%s --hash=sha256:%s\n' "$LLAMA_VERSION" "$LLAMA_SHA256" >"$folder/requirements.txt"
  pip download -q --no-deps --no-binary llama-cpp-python --require-hashes -r "$folder/requirements.txt" -d "$folder"
  rm -rf "$deps/llama-jinja"
  mkdir "$deps/llama-jinja"
  tar -xzf "$folder/llama_cpp_python-$LLAMA_VERSION.tar.gz" -C "$deps/llama-jinja" --strip-components=3 --wildcards \
    '*/llama.cpp/LICENSE' '*/llama.cpp/common/jinja/*' '*/llama.cpp/common/json.*' '*/llama.cpp/common/unicode.*'
  rm -rf "$folder"
}

mkdir -p "$deps"
install_debian_packages "${DEBIAN_PACKAGES[@]}"
make_python
if [[ -n ${SHOAL_LIBTORCH:-} ]]; then
  [[ -f $SHOAL_LIBTORCH/lib/libtorch_cpu.so ]] || die "SHOAL_LIBTORCH=$SHOAL_LIBTORCH has no lib/libtorch_cpu.so"
  say "LibTorch: yours, $SHOAL_LIBTORCH"
else
  once libtorch "${LIBTORCH_WHEELS[*]}" install_libtorch
fi
once tokenizers "$TOKENIZERS_SHA256" fetch_tokenizers
once jinja "$LLAMA_SHA256" fetch_jinja
for option in "$@"; do
  case $option in
    --cuda) once cuda "${CUDA_REQUIREMENTS[*]}" install_cuda_libraries ;;
    --tests)
      install_debian_packages "${TEST_PACKAGES[@]}"
      once linters "${LINT_REQUIREMENTS[*]}" pip install -q "${LINT_REQUIREMENTS[@]}"
      ;;
    *) die "unknown option $option (known: --cuda, --tests)" ;;
  esac
done
say "done"
