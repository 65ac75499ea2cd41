#!/usr/bin/env python3
"""`shoal merge`, and the baselines of a run's final table: the same on any number of ranks."""
import hashlib
import json
import sys
import unittest

from shoal_case import TINY, ShoalCase, read_json, shoal

ADAPTERS = [part for k in range(3) for part in ("--adapter", TINY / f"experts/expert{k}")]
METHODS = ("uniform_soup", "linear", "task_arithmetic", "slerp", "ties", "dare_ties", "model_stock")


class Merge(ShoalCase):
    def merge(self, name, *arguments, expect=0):
        done = shoal("merge", *arguments, "--out", self.folder / name)
        self.assertEqual(done.returncode, expect, done.stderr)
        return done

    def scores(self, *arguments):
        out = self.folder / "out.json"
        done = shoal("eval", "--task", TINY / "tasks/letters.json", "--dtype", "float32", "--out", out, *arguments)
        self.assertEqual(done.returncode, 0, done.stderr)
        return [sample["output_ids"] for sample in read_json(out)["samples"]]

    def test_a_linear_merge_answers_as_the_mix_with_its_weights_does(self):
        self.merge("linear", "--method", "linear", "--model", TINY / "model", *ADAPTERS, "--weights", "2,1,1")
        mixed = self.scores("--model", TINY / "model", *ADAPTERS, "--mix", "0.5,0.25,0.25")
        self.assertEqual(self.scores("--model", TINY / "model", "--adapter", self.folder / "linear"), mixed)

    def test_an_adapter_and_a_model_of_one_merge_answer_alike(self):
        arguments = ["--method", "slerp", "--model", TINY / "model", *ADAPTERS, "--merge-space", "delta"]
        self.merge("adapter", *arguments)
        self.merge("model", *arguments, "--as", "merged")
        self.assertEqual(read_json(self.folder / "adapter/adapter_config.json")["r"], 12)
        self.assertEqual(self.scores("--model", self.folder / "model"),
                         self.scores("--model", TINY / "model", "--adapter", self.folder / "adapter"))

    def test_every_method_merges_the_experts_of_a_configuration_and_says_from_what(self):
        for method in METHODS:
            with self.subTest(method):
                self.merge(method, "--method", method, TINY / "run.yaml")
                told = read_json(self.folder / method / "merge.json")
                self.assertEqual((told["method"], len(told["experts"])), (method, 6))
                for entry in told["inputs"]:
                    with open(entry["path"], "rb") as file:
                        self.assertEqual(hashlib.sha256(file.read()).hexdigest(), entry["sha256"])
                self.assertIn(f"`{method}`", (self.folder / method / "README.md").read_text())
        contents = {(self.folder / m / "adapter_model.safetensors").read_bytes() for m in METHODS}
        self.assertEqual(len(contents), len(METHODS) - 1)  # without weights linear is the uniform soup

    def test_products_become_an_adapter_of_the_rank_asked_for_and_the_error_is_told(self):
        arguments = ["--method", "ties", "--model", TINY / "model", *ADAPTERS, "--merge-space", "delta"]
        done = self.merge("two", *arguments, "--rank", "2")
        self.assertRegex(done.stdout, r"factors of rank 2: largest relative error of a layer 0\.\d+")
        self.assertEqual(read_json(self.folder / "two/adapter_config.json")["r"], 2)

    def test_full_models_are_merged_into_a_model(self):
        models = [part for path in sorted((TINY / "full").iterdir()) for part in ("--expert", path)]
        self.merge("full", "--method", "model_stock", "--model", TINY / "model", *models)
        self.assertTrue((self.folder / "full/config.json").exists())
        self.assertTrue(self.scores("--model", self.folder / "full"))

    def test_methods_that_search_find_weights_on_the_examples_of_a_configuration(self):
        for method in ("random_affine", "lora_hub", "greedy_soup"):
            with self.subTest(method):
                done = self.merge(method, "--method", method, TINY / "run.yaml")
                told = read_json(self.folder / method / "merge.json")
                self.assertRegex(done.stdout, rf"utility on the search examples .*, found with {told['evaluations']} evaluations")
                weights = [expert["weight"] for expert in told["experts"]]
                if method != "lora_hub":
                    self.assertAlmostEqual(sum(weights), 1.0)
                experts = [part for expert in told["experts"] for part in ("--adapter", expert["path"])]
                mixed = self.scores("--model", TINY / "model", *experts, f"--mix={','.join(map(repr, weights))}")
                self.assertEqual(self.scores("--model", TINY / "model", "--adapter", self.folder / method), mixed)

    def test_what_cannot_be_merged_is_told_in_one_sentence(self):
        model = ["--model", TINY / "model"]
        for arguments, code, words in (
                (["--method", "tise", *model, *ADAPTERS], 2, "tise is not a merge method"),
                (["--method", "ties", *ADAPTERS], 2, "--model is missing"),
                (["--method", "lora_hub", *model, *ADAPTERS], 2, "lora_hub finds weights on the examples of a configuration"),
                (["--method", "cma_es", TINY / "run.yaml", "--weights", "1,2"], 2, "--weights is given too"),
                (["--method", "ties", *model], 2, "--adapter is missing"),
                (["--method", "ties", *model, *ADAPTERS[:2]], 2, "1 expert to merge"),
                (["--method", "ties", *model, TINY / "run.yaml"], 2, "--model stands beside a configuration"),
                (["--method", "ties", *model, *ADAPTERS, "--weights", "1,2"], 2, "2 weights for 3 experts"),
                (["--method", "ties", *model, *ADAPTERS, "--density", "0"], 2, "density 0"),
                (["--method", "ties", *model, *ADAPTERS, "--adapter", TINY / "bad_rank"], 3, "bad_rank"),
                (["--method", "ties", *model, *ADAPTERS, "--adapter", self.folder / "none"], 3, "does not exist")):
            with self.subTest(words):
                done = self.merge("out", *arguments, expect=code)
                self.assertIn(words, done.stderr)
                self.assertEqual(len(done.stderr.strip().splitlines()), 1, done.stderr)
                self.assertFalse((self.folder / "out").exists())


class Baselines(ShoalCase):
    short = ["--set", "swarm.max_iteration=2", "--set", "swarm.top_k=3"]

    def without_seconds(self, rows):
        return [{key: value for key, value in row.items() if key != "seconds"} for row in rows]

    def table(self, name, *extra, ranks=0):
        self.run_tiny(name, *self.short, *extra, ranks=ranks)
        return read_json(self.folder / name / "result.json")

    def test_rows_and_their_scores_do_not_depend_on_ranks(self):
        every = ["--set", f"baselines=[{{name: data_merge, adapter: {TINY}/experts/expert1}}, slerp, prediction_merge, "
                          "greedy_soup, dare_ties, model_stock, ensemble]"]
        alone = self.table("serial", *every)
        names = [row["name"] for row in alone["baselines"]]
        self.assertEqual(names, ["uniform_soup", "data_merge", "slerp", "prediction_merge", "greedy_soup", "dare_ties", "model_stock"])
        rows = dict(zip(names, alone["baselines"]))
        self.assertEqual(rows["data_merge"]["test"], alone["experts"][1]["test"])
        self.assertAlmostEqual(sum(rows["greedy_soup"]["position"]), 1.0)
        self.assertEqual(alone["baseline_evaluations"], rows["greedy_soup"]["evaluations"])
        self.assertEqual(alone["ensemble"]["name"], "ensemble")
        self.assertEqual(alone["final_evaluations"], 6 + 2 + 5 + 3)
        for ranks in (2, 4):
            shared = self.table(f"np{ranks}", *every, ranks=ranks)
            for key in ("experts", "ensemble", "best"):
                self.assertEqual(shared[key], alone[key], f"{key}, {ranks} ranks")
            self.assertEqual(self.without_seconds(shared["baselines"]), self.without_seconds(alone["baselines"]), f"{ranks} ranks")
        report = (self.folder / "serial/report.html").read_text()
        for title in ("prediction merge", "greedy soup", "ensemble of personal bests"):
            self.assertIn(title, report)

    plain = ["--set", "swarm.validation_fraction=0", "--set", "swarm.promotion=utility"]
    searches = ["--set", "baselines=[random_affine, cma_es, evol_merge, lora_hub]"]

    def test_searches_spend_what_the_swarm_has_spent_and_do_not_depend_on_ranks(self):
        result = self.table("serial", *self.plain, *self.searches)
        rows = {row["name"]: row for row in result["baselines"]}
        for name in ("random_affine", "cma_es"):
            self.assertEqual(rows[name]["evaluations"], result["evaluations"])
            self.assertAlmostEqual(sum(rows[name]["position"]), 1.0)
            alone = self.table(name, *self.plain, "--set", "baselines=none",
                               "--set", f"optimiser={'random' if name == 'random_affine' else name}")
            self.assertEqual(rows[name]["position"], alone["best"]["position"])
        for name in ("evol_merge", "lora_hub"):
            self.assertGreater(rows[name]["evaluations"], 0)
            self.assertLessEqual(rows[name]["evaluations"], result["evaluations"])
        self.assertLessEqual(max(map(abs, rows["lora_hub"]["position"])), 1.5)
        shared = self.table("np2", *self.plain, *self.searches, ranks=2)
        self.assertEqual(self.without_seconds(shared["baselines"]), self.without_seconds(result["baselines"]))

    def test_an_interrupted_table_goes_on_with_what_its_searches_have_scored(self):
        settings = ["--set", "baselines=[random_affine]"]
        first = self.table("run", *settings)
        self.run_tiny("run", *self.short, *settings)
        journal = self.folder / "run/baselines/random_affine.jsonl"
        lines = journal.read_text().splitlines()
        (self.folder / "run/result.json").unlink()
        again = self.table("run", *settings)
        self.assertEqual(self.without_seconds(again["baselines"]), self.without_seconds(first["baselines"]))
        # The file is believed: what it says is best on the examples kept out becomes the row.
        entry = json.loads(lines[-1])
        entry["utilities"] = [0.0] * (len(entry["utilities"]) - 1) + [1.0]
        journal.write_text("\n".join([*lines[:-1], json.dumps(entry)]) + "\n")
        (self.folder / "run/result.json").unlink()
        believed = self.table("run", *settings)
        self.assertEqual(believed["baselines"][-1]["position"], entry["positions"][-1])

    def counts(self, *settings):
        found, _ = self.estimate_tiny("--rate", "1000", *self.short, *settings)
        return {entry["purpose"]: entry["evaluations"] for entry in found["evaluations"]}

    together = ["--set", "baselines=[pack_of_llms, cbtm]"]

    def test_equal_experts_that_write_together_answer_as_each_of_them(self):
        one = TINY / "experts/expert0"
        for copy in ("a", "b", "c"):
            (self.folder / copy).symlink_to(one)
        settings = ["--set", f"experts=[{self.folder}/a, {self.folder}/b, {self.folder}/c]", "--set", "swarm.preset=quick",
                    *self.together]
        result = self.table("equal", *settings)
        for row in result["baselines"][1:]:
            self.assertEqual(row["test"], result["experts"][0]["test"], row["name"])
        different = self.table("serial", *self.together)
        experts = len(different["experts"])
        self.assertEqual(different["baselines"][-1]["evaluations"], experts)
        self.assertEqual(different["final_evaluations"], experts + 2 + 2 * experts + experts, "who reads a prompt, and how often, counts")
        self.assertEqual(self.counts(*self.together)["final table, test"], different["final_evaluations"])
        shared = self.table("np2", *self.together, ranks=2)
        self.assertEqual(self.without_seconds(different["baselines"]), self.without_seconds(shared["baselines"]))

    def test_an_ensemble_of_one_scores_as_its_member_and_the_estimate_knows_the_cost(self):
        settings = ["--set", "baselines=[ensemble, greedy_soup]", "--set", "swarm.top_k=1", "--set", "swarm.validation_fraction=0",
                    "--set", "swarm.promotion=utility"]
        result = self.table("one", *settings)
        for split in ("dev", "test"):
            self.assertEqual(result["ensemble"][split], result["best"][split])
        counts = self.counts(*settings)
        self.assertEqual(counts["final table, test"], result["final_evaluations"])
        self.assertGreaterEqual(counts["baselines"], result["baseline_evaluations"])

    def test_dense_positions_and_full_models_have_baselines_too(self):
        result = self.table("dense", "--set", "swarm.positions=dense", "--set", "baselines=default", ranks=2)
        self.assertEqual(len(result["baselines"]), 5)
        self.assertIsNotNone(result["ensemble"])
        full = self.table("full", "--set", f"experts=[{TINY}/full/*]", "--set", "swarm.preset=quick", "--set", "baselines=all",
                          "--set", "evaluation.pool=sharded", ranks=2)
        self.assertGreater(len(full["baselines"]), 5)

    def test_wrong_baselines_are_told(self):
        for setting, code, words in (("baselines=[slrp]", 2, "Did you mean slerp?"),
                                     ("baselines=[data_merge]", 2, "adapter is missing"),
                                     (f"baselines=[{{name: data_merge, adapter: {TINY}/bad_base}}]", 3, "bad_base")):
            done = self.run_tiny("wrong", "--set", setting, expect=code)
            self.assertIn(words, done.stderr)
        done = self.run_tiny("wrong", "--set", "baselines=[lora_hub]", "--set", f"experts=[{TINY}/full/*]", expect=2)
        self.assertIn("lora_hub, whose coefficients need not sum to 1", done.stderr)
        done = self.run_tiny("wrong", "--set", "baselines=[slerp]", "--set", "evaluation.synthetic=0.0005", expect=2)
        self.assertIn("synthetic", done.stderr)


if __name__ == "__main__":
    unittest.main(argv=sys.argv, verbosity=2)
