"""Spack recipe for Shoal. It has not been built with Spack yet.

Put this file into packages/shoal/ of a Spack repository of yours (`spack repo create`, `spack repo add`), then build a clone:

    spack dev-build -d /path/to/shoal shoal@0.1.0
"""

import glob

from spack.package import *


class Shoal(CMakePackage):
    """Shoal searches the space between LLM experts for a better one (Model Swarms), over MPI."""

    maintainers = []
    license("Apache-2.0")

    version("0.1.0")

    variant("cuda", default=False, description="Build for NVIDIA GPUs (torch_cuda, NCCL)")

    depends_on("c", type="build")
    depends_on("cxx", type="build")
    depends_on("cmake@3.25:", type="build")
    depends_on("ninja", type="build")
    depends_on("pkgconfig", type="build")

    depends_on("mpi")
    depends_on("hdf5~mpi")
    depends_on("yaml-cpp")
    depends_on("spdlog+fmt_external")
    depends_on("fmt")
    depends_on("protobuf")
    depends_on("re2")
    depends_on("pcre2")
    depends_on("xxhash")
    depends_on("openssl")
    depends_on("curl")
    depends_on("nlohmann-json", type="build")
    depends_on("cli11", type="build")
    depends_on("random123", type="build")
    depends_on("py-torch@2.11: +cuda", when="+cuda")
    depends_on("py-torch@2.11: ~cuda", when="~cuda")
    depends_on("cuda@13:", when="+cuda")
    depends_on("nccl", when="+cuda")

    depends_on("python", type="build")
    depends_on("py-pip", type="build")

    # As in deploy/pins.sh: name, version, SHA-256, folder in .deps, leading folders to strip, what to unpack.
    sources = [
        ("pytorch-tokenizers", "1.0.1", "19938c0efd5348fb0589610094c1c6bf6e055b20889f6250068d2b552a0b137b", "pytorch-tokenizers", 1, []),
        ("llama-cpp-python", "0.3.36", "832db0699007f1be95a7e41ef12e88926b02ba836461e36a36372db2760c1a2e", "llama-jinja", 3,
         ["*/llama.cpp/LICENSE", "*/llama.cpp/common/jinja/*", "*/llama.cpp/common/json.*", "*/llama.cpp/common/unicode.*"]),
    ]

    @run_before("cmake")
    def fetch_sources(self):
        """Unicode tables with a splitter, and a Jinja engine, are compiled in."""
        folder = join_path(self.stage.source_path, ".deps")
        for name, version, sha256, target, strip, members in self.sources:
            mkdirp(join_path(folder, target))
            requirements = join_path(folder, f"{target}.txt")
            with open(requirements, "w", encoding="utf-8") as file:
                file.write(f"{name}=={version} --hash=sha256:{sha256}\n")
            python("-m", "pip", "download", "-q", "--no-deps", "--no-binary", name, "--require-hashes", "-r", requirements, "-d", folder)
            archive = glob.glob(join_path(folder, f"{name.replace('-', '_')}-{version}.tar.gz"))[0]
            which("tar")("-xzf", archive, "-C", join_path(folder, target), f"--strip-components={strip}", "--wildcards", *members)

    def cmake_args(self):
        libtorch = join_path(self.spec["py-torch"].prefix, self.spec["python"].package.platlib, "torch")
        return [
            self.define("SHOAL_TESTS", False),
            # Everything has a prefix of its own here and stays there.
            self.define("SHOAL_BUNDLE", False),
            self.define("SHOAL_LIBTORCH", libtorch),
            self.define("SHOAL_DEPS_DIR", join_path(self.stage.source_path, ".deps")),
            self.define_from_variant("SHOAL_CUDA", "cuda"),
        ]
