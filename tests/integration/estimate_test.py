#!/usr/bin/env python3
"""`shoal estimate`: its counts are those of the run that follows; wrong inputs are told as by every verb."""
import json
import unittest

from shoal_case import TINY, ShoalCase, read_json, settings, shoal


class Estimate(ShoalCase):
    def test_counts_are_those_of_a_complete_search(self):
        settings = ("--set", "evaluation.prune=false", "--set", "swarm.max_iteration=3")
        found, _ = self.estimate_tiny("--rate", "1000", *settings)
        self.run_tiny("run", *settings)
        result = read_json(self.folder / "run/result.json")
        counts = {e["purpose"]: e for e in found["evaluations"]}
        self.assertEqual(counts["search"]["evaluations"], result["evaluations"])
        self.assertGreaterEqual(counts["validation"]["evaluations"], result["validation_evaluations"])
        self.assertEqual(counts["final table, test"]["evaluations"], result["final_evaluations"])
        first = json.loads((self.folder / "run/history.jsonl").read_text().splitlines()[0])
        self.assertEqual(counts["search"]["examples"], first["particles"][0]["examples"])

    def test_a_given_rate_sets_the_time_and_more_ranks_shorten_it_down_to_the_longest_block(self):
        found, _ = self.estimate_tiny("--rate", "1000", "--threads", "1", "--ranks", "1,2,1000")
        search = found["evaluations"][0]
        particles = search["evaluations"] // found["iterations"]
        alone, two, many = found["ranks"]
        self.assertAlmostEqual(alone["iteration_seconds"], particles * search["prompt_tokens_computed"] / 1000.0)
        self.assertLess(two["iteration_seconds"], 0.6 * alone["iteration_seconds"])
        self.assertLess(many["efficiency"], 0.2)
        self.assertLessEqual(many["iteration_seconds"], two["iteration_seconds"])

    def test_asynchronous_particles_do_not_wait_for_the_longest_block(self):
        blocks = ("--rate", "1000", "--threads", "1", "--ranks", "1,9", *settings("evaluation.prune=false", "evaluation.block=100", "swarm.max_iteration=20"))
        (waves_alone, waves), (alone, found) = (
            self.estimate_tiny(*blocks, *settings(f"swarm.schedule={schedule}"))[0]["ranks"] for schedule in ("synchronous", "asynchronous"))
        self.assertAlmostEqual(alone["iteration_seconds"], waves_alone["iteration_seconds"])
        self.assertLess(found["iteration_seconds"], waves["iteration_seconds"])
        self.assertGreater(found["efficiency"], waves["efficiency"])

    def test_without_a_rate_it_measures(self):
        found, text = self.estimate_tiny()
        self.assertTrue(found["measured"])
        self.assertGreater(found["tokens_per_second_and_thread"], 0)
        self.assertIn("measured here", text)

    def test_wrong_inputs(self):
        for arguments, code, message in ((["nowhere.yaml"], 2, "nowhere.yaml"), ([TINY / "run.yaml", "--ranks", "0"], 2, "ranks"),
                                         ([TINY / "run.yaml", "--rate", "-3"], 2, "rate"),
                                         ([TINY / "run.yaml", "--set", "model=/nonexistent"], 3, "/nonexistent")):
            with self.subTest(arguments):
                done = shoal("estimate", *arguments)
                self.assertEqual(done.returncode, code, done.stderr)
                self.assertIn(message, done.stderr)
                self.assertEqual(done.stderr.count("\n"), 1)


if __name__ == "__main__":
    unittest.main(verbosity=2)
