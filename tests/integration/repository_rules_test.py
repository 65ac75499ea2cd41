#!/usr/bin/env python3
"""Tests of the checks themselves: each rule is broken once in a small tree, and the check must notice."""

import contextlib
import io
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

import format_rules
import include_rules
import sizes


class Tree(unittest.TestCase):
    def setUp(self):
        self.root = pathlib.Path(tempfile.mkdtemp(prefix="shoal-rules-"))
        self.addCleanup(shutil.rmtree, self.root)
        for module in include_rules.MODULES.keys() - {"apps"}:
            self.write(f"lib/{module}/thing.hpp", "#pragma once\n")

    def write(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def run_check(self, check):
        output = io.StringIO()
        with contextlib.redirect_stdout(output):
            status = check(self.root)
        return status, output.getvalue()


class IncludeRules(Tree):
    def assert_refused(self, name, line, reason):
        self.write(name, f"// first line\n{line}\n")
        status, output = self.run_check(include_rules.main)
        self.assertEqual(status, 1, output)
        self.assertIn(f"{name}:2: ", output)
        self.assertIn(reason, output)

    def assert_accepted(self, name, line):
        self.write(name, line + "\n")
        status, output = self.run_check(include_rules.main)
        self.assertEqual(status, 0, output)

    def test_a_module_uses_those_below_it(self):
        self.assert_accepted("lib/checkpoint/a.cpp", '#include "swarm/thing.hpp"')
        self.assert_accepted("lib/search/a.cpp", '#include "comm/thing.hpp"')
        self.assert_accepted("lib/task/a.cpp", '#include "weights/thing.hpp"')
        self.assert_accepted("apps/shoal/a.cpp", '#include "search/thing.hpp"')

    def test_a_module_does_not_use_those_above_or_beside_it(self):
        for user, used in (("base", "comm"), ("comm", "weights"), ("weights", "comm"), ("text", "model"), ("model", "task"), ("task", "swarm"),
                           ("swarm", "weights"), ("swarm", "checkpoint"), ("evaluation", "config"), ("results", "config"),
                           ("report", "search"), ("baselines", "search"), ("plan", "search"), ("search", "slurm")):
            with self.subTest(user=user, used=used):
                self.assert_refused(f"lib/{user}/a.cpp", f'#include "{used}/thing.hpp"', f"{user} may not use {used}")
                (self.root / f"lib/{user}/a.cpp").unlink()

    def test_packages_stay_in_their_module(self):
        for user, header, package in (("swarm", "ATen/core/Tensor.h", "torch"), ("comm", "ATen/ATen.h", "torch"),
                                      ("search", "hdf5.h", "hdf5"), ("task", "yaml-cpp/yaml.h", "yaml"),
                                      ("search", "mpi.h", "mpi"), ("results", "nccl.h", "nccl"), ("swarm", "nlohmann/json.hpp", "json"),
                                      ("weights", "curl/curl.h", "curl"), ("slurm", "CLI/CLI.hpp", "cli11")):
            with self.subTest(user=user, header=header):
                self.assert_refused(f"lib/{user}/a.cpp", f"#include <{header}>", f"{user} may not use {package}")
                (self.root / f"lib/{user}/a.cpp").unlink()

    def test_public_packages_may_be_used_above(self):
        self.assert_accepted("lib/search/a.cpp", "#include <fmt/format.h>")
        self.assert_accepted("lib/plan/a.cpp", "#include <ATen/core/Tensor.h>")

    def test_intrusive_headers_stay_out_of_headers(self):
        # The module table would allow it in a source file, were the package added to the module.
        packages = include_rules.MODULES["task"]
        include_rules.MODULES["task"] = (packages[0], (*packages[1], "hdf5"), packages[2])
        self.addCleanup(include_rules.MODULES.__setitem__, "task", packages)
        self.assert_accepted("lib/task/a.cpp", "#include <hdf5.h>")
        self.assert_refused("lib/task/a.hpp", "#include <hdf5.h>", "may not appear in a header of task")

    def test_torch_h_is_refused_everywhere(self):
        for folder in ("lib/weights", "apps/shoal", "tests/weights"):
            with self.subTest(folder=folder):
                self.assert_refused(f"{folder}/a.cpp", "#include <torch/torch.h>", "13 s")
                (self.root / folder / "a.cpp").unlink()

    def test_unknown_packages_modules_and_files_are_refused(self):
        self.assert_refused("lib/base/a.cpp", "#include <boost/any.hpp>", "no package of the table")
        self.assert_refused("lib/base/a.cpp", '#include "thing.hpp"', 'as "module/file.hpp"')
        self.assert_refused("lib/base/a.cpp", '#include "base/gone.hpp"', "does not exist")
        self.write("lib/base/a.cpp", "")
        self.write("lib/extra/a.cpp", "")
        self.assertIn("lib/extra is not in the module table", self.run_check(include_rules.main)[1])

    def test_a_folder_that_nobody_can_overlook_any_more_is_refused(self):
        for number in range(include_rules.MOST_FILES + 1):
            self.write(f"lib/base/a{number}.cpp", "")
        self.assertIn("lib/base holds", self.run_check(include_rules.main)[1])

    def test_an_empty_tree_does_not_pass(self):
        shutil.rmtree(self.root / "lib")
        self.assertEqual(self.run_check(include_rules.main)[0], 1)


class FormatRules(Tree):
    def setUp(self):
        super().setUp()
        shutil.copy(pathlib.Path(os.environ["SHOAL_SOURCE_DIR"]) / ".clang-format", self.root)

    @unittest.skipUnless(format_rules.usable_clang_format(), "needs clang-format")
    def test_an_unformatted_file_is_named(self):
        self.assertEqual(self.run_check(format_rules.main)[0], 0)
        self.write("lib/base/ugly.cpp", "int  f( ){return 1 ;}\n")
        status, output = self.run_check(format_rules.main)
        self.assertEqual(status, 1)
        self.assertIn("lib/base/ugly.cpp", output)

    @unittest.skipUnless(format_rules.usable_clang_format() and shutil.which("git"), "needs clang-format and git")
    def test_only_files_under_version_control_count(self):
        self.write("lib/base/ugly.cpp", "int  f( ){return 1 ;}\n")
        subprocess.run(["git", "init", "-q", str(self.root)], check=True)
        subprocess.run(["git", "-C", str(self.root), "add", "lib/base/thing.hpp"], check=True)
        self.assertEqual(self.run_check(format_rules.main)[0], 0)
        subprocess.run(["git", "-C", str(self.root), "add", "lib/base/ugly.cpp"], check=True)
        self.assertEqual(self.run_check(format_rules.main)[0], 1)

    def test_without_clang_format_it_is_skipped_and_says_so(self):
        original = format_rules.usable_clang_format
        self.addCleanup(setattr, format_rules, "usable_clang_format", original)
        format_rules.usable_clang_format = lambda: None
        status, output = self.run_check(format_rules.main)
        self.assertEqual(status, format_rules.SKIPPED)
        self.assertIn("skipped", output)


class Sizes(unittest.TestCase):
    def test_functions_are_measured_with_their_signature(self):
        source = ["namespace a {", "int one() { return 1; }", "struct S {", "  int x = 0;", "  int two() const {", "    return 2;",
                  "  }", "};", "int three(int x,", "          int y) {", "  if (x) {", "    return y;", "  }", "  return 0;", "}",
                  "constexpr int table[] = {1, 2};", "}  // namespace a"]
        self.assertEqual(list(sizes.functions_of(source)), [(2, 1), (5, 3), (9, 7)])


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
