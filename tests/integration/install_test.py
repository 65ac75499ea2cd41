#!/usr/bin/env python3
"""cmake --install makes a folder that can be moved; the module file, container recipes and the Spack recipe fit the program."""
import ast
import json
import os
import re
import shutil
import subprocess
import sys
import unittest
from pathlib import Path

from shoal_case import BINARY, ROOT, TINY, ShoalCase, environment

BUILD = Path(BINARY).resolve().parents[1]
SYSTEM = re.compile(r"^/(usr/)?lib(32|64)?/")
INSTRUCTIONS = {"FROM", "RUN", "COPY", "ARG", "ENV", "WORKDIR", "ENTRYPOINT", "CMD"}


def output(*line, **more):
    return subprocess.run([str(part) for part in line], capture_output=True, text=True, check=True, timeout=300, **more).stdout


def libraries(program):
    """Name and file of everything that the loader would bring in; the file is None when there is none."""
    found = {}
    for line in output("ldd", program).splitlines():
        match = re.match(r"\s*(\S+) => (not found|.+?)(?: \(0x|$)", line)
        if match:
            found[match[1]] = None if match[2] == "not found" else match[2]
    return found


class Installed(ShoalCase):
    @classmethod
    def setUpClass(cls):
        cls.place = Path(BUILD / "installed-by-test")
        shutil.rmtree(cls.place, ignore_errors=True)
        subprocess.run(["cmake", "--install", BUILD, "--prefix", cls.place / "first"], check=True, stdout=subprocess.DEVNULL)
        cls.prefix = cls.place / "moved here"  # a space is allowed too
        (cls.place / "first").rename(cls.prefix)

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.place, ignore_errors=True)

    def shoal(self, *arguments, **more):
        return output(self.prefix / "bin/shoal", *arguments, env=environment(), **more)

    def test_it_starts_and_every_library_is_its_own_or_the_systems(self):
        self.assertIn("libtorch", self.shoal("--version"))
        for name, file in libraries(self.prefix / "bin/shoal").items():
            self.assertIsNotNone(file, name)
            inside = Path(file).resolve().is_relative_to(self.prefix.resolve())
            self.assertTrue(inside or SYSTEM.match(file), f"{name} comes from {file}")
        rpath = output("readelf", "-d", self.prefix / "bin/shoal")
        self.assertIn("Library rpath: [$ORIGIN/../lib/shoal:$ORIGIN/../lib/shoal/torch/lib", rpath)
        self.assertNotIn(str(ROOT), rpath)

    def test_it_searches_and_submits_with_its_own_templates(self):
        self.shoal("run", TINY / "run.yaml", "--run-dir", self.folder / "run", "--set", "swarm.max_iteration=1")
        self.assertTrue((self.folder / "run/result.json").exists())
        script = self.shoal("submit", TINY / "run.yaml", "--run-dir", self.folder / "run", "--dry-run", cwd="/")
        self.assertIn(f"shoal='{self.prefix}/bin/shoal'", script)

    def test_the_chain_with_tests_is_refused_since_there_are_none(self):
        done = subprocess.run([self.prefix / "bin/shoal", "submit", TINY / "run.yaml", "--dry-run", "--chain", "test"],
                              env=environment(), capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 2)
        self.assertIn("has no tests beside it", done.stderr)

    def test_examples_templates_and_documentation_are_there(self):
        share = self.prefix / "share/shoal"
        for name in ("slurm/functions.sh", "slurm/one_node.sbatch", "configs/quickstart.yaml", "deploy/demo/fetch.sh",
                     "deploy/setup.sh", "../doc/shoal/installing.md", "../doc/shoal/LICENSE"):
            self.assertTrue((share / name).exists(), name)
        self.assertFalse((share / "deploy/demo/model").exists())
        named = re.findall(r"(?:\.\./)+deploy/demo/experts/\w+\b(?!\*)", (share / "configs/own_experts.yaml").read_text())
        for path in named:
            self.assertTrue((share / "configs" / path).exists(), path)
        self.assertTrue(named)

    def test_the_module_file_finds_the_moved_prefix(self):
        if not shutil.which("tclsh"):
            self.skipTest("tclsh is not here")
        modules = list((self.prefix / "share/shoal/modulefiles/shoal").iterdir())
        self.assertEqual(len(modules), 1)
        script = """
            proc module-whatis {text} {}
            proc conflict {name} {}
            proc setenv {name value} { puts "$name=$value" }
            proc prepend-path {name value} { puts "$name+=$value" }
            set ModulesCurrentModulefile [lindex $argv 0]
            source $ModulesCurrentModulefile
        """
        file = self.folder / "read.tcl"
        file.write_text(script)
        told = output("tclsh", file, modules[0])
        self.assertEqual(told.splitlines(), [f"SHOAL_ROOT={self.prefix}", f"PATH+={self.prefix}/bin"])


def instructions(text):
    """The instructions of a Dockerfile as (name, arguments), comments and continued lines joined."""
    text = re.sub(r"^#.*\n", "", text, flags=re.MULTILINE).replace("\\\n", " ")
    return [tuple(line.split(None, 1)) for line in text.splitlines() if line.strip()]


def packages_of(text):
    """What the last apt-get of a recipe installs."""
    return set(re.split(r"\s+", re.findall(r"--no-install-recommends ((?:\\?\s+|[\w.+-]+)+)", text)[-1].replace("\\", " ").strip()))


class Recipes(ShoalCase):
    docker = (ROOT / "deploy/container/Dockerfile").read_text(encoding="utf-8")
    apptainer = (ROOT / "deploy/container/shoal.def").read_text(encoding="utf-8")

    def test_the_dockerfile_is_well_formed(self):
        stages, steps = [], instructions(self.docker)
        for name, arguments in steps:
            self.assertIn(name, INSTRUCTIONS)
            if name == "FROM":
                stages += re.findall(r" AS (\w+)", arguments) or ["last"]
            if name == "COPY" and arguments.startswith("--from="):
                self.assertIn(arguments.split()[0].split("=")[1], stages[:-1])
            if name in ("ENTRYPOINT", "CMD"):
                self.assertIsInstance(json.loads(arguments), list)
            if name == "RUN":
                self.assertEqual(subprocess.run(["bash", "-n"], input=arguments, text=True, check=False).returncode, 0)
        self.assertEqual(len(stages), 2)
        images = [arguments.split("=")[1] for name, arguments in steps if name == "ARG" and "IMAGE" in arguments]
        for image in images:
            self.assertRegex(image, r"^debian:12")

    def test_the_apptainer_recipe_is_well_formed(self):
        sections = re.split(r"^(%\w+.*)$", self.apptainer, flags=re.MULTILINE)
        names = [name.split()[0] for name in sections[1::2]]
        self.assertEqual(names, ["%files", "%post", "%files", "%post", "%environment", "%runscript", "%test", "%labels"])
        for name, body in zip(names, sections[2::2]):
            if name in ("%post", "%environment", "%runscript", "%test"):
                script = body.split("\nBootstrap:")[0]
                self.assertEqual(subprocess.run(["sh", "-n"], input=script, text=True, check=False).returncode, 0, name)
        stages = re.findall(r"^Stage: (\w+)$", self.apptainer, re.MULTILINE)
        self.assertEqual(stages, ["build", "final"])
        self.assertIn("%files from build", self.apptainer)

    def test_the_final_stage_has_what_the_program_is_linked_with(self):
        if not shutil.which("dpkg-query"):
            self.skipTest("not a Debian system")
        needed = set()
        direct = re.findall(r"\(NEEDED\).*\[(.*)\]", output("readelf", "-d", BINARY))
        for name, file in libraries(BINARY).items():
            if name in direct and file and SYSTEM.match(file):
                owner = subprocess.run(["dpkg-query", "-S", Path(file).resolve(), file.removeprefix("/usr")],
                                       capture_output=True, text=True, check=False).stdout
                needed.add(re.match(r"[\w.+-]+", owner)[0])
        self.assertGreater(len(needed), 6)
        for recipe in (self.docker, self.apptainer):
            self.assertLessEqual(needed - {"libc6"}, packages_of(recipe))

    def test_versions_are_those_of_the_project(self):
        version = re.search(r"project\(shoal VERSION ([\d.]+)", (ROOT / "CMakeLists.txt").read_text(encoding="utf-8"))[1]
        pins = (ROOT / "deploy/pins.sh").read_text(encoding="utf-8")
        spack = (ROOT / "deploy/spack/package.py").read_text(encoding="utf-8")
        ast.parse(spack)
        self.assertIn(f'version("{version}")', spack)
        for name in ("TOKENIZERS_SHA256", "LLAMA_SHA256", "LLAMA_VERSION"):
            self.assertIn(re.search(rf"{name}=(.+)", pins)[1], spack)
        self.assertIn(f'"pytorch-tokenizers", "{re.search(r"TOKENIZERS_VERSION=(.+)", pins)[1]}"', spack)
        self.assertIn(f"py-torch@{re.search(r'torch==([0-9]+[.][0-9]+)', pins)[1]}:", spack)
        self.assertIn(f"Version {version}\n", self.apptainer)


if __name__ == "__main__":
    os.environ.pop("LD_LIBRARY_PATH", None)
    unittest.main(argv=sys.argv, verbosity=2)
