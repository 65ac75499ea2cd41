#!/usr/bin/env python3
"""`swarm.schedule: asynchronous`: its event order is all that depends on time, and repeating it repeats the search."""
import json
import sys
import unittest

import replay
from shoal_case import TINY, ShoalCase, history, read_json, settings, shoal

ASYNCHRONOUS = ["--set", "swarm.schedule=asynchronous"]
MADE_UP = [*ASYNCHRONOUS, "--set", "evaluation.synthetic=0.00004", "--set", "swarm.validation_fraction=0"]


def orders(folder):
    lines = [json.loads(text) for text in (folder / "history.jsonl").read_text().splitlines()]
    return [line["order"] for line in lines[1:]]


class Order(ShoalCase):
    def repeat(self, name, *extra, of="recorded", **keywords):
        """Another search that follows a recorded one's order of events."""
        return self.run_tiny(name, *extra, "--set", f"swarm.event_order={self.folder}/{of}", **keywords)

    def turn_orders_round(self, name):
        path = self.folder / name / "history.jsonl"
        lines = [json.loads(text) for text in path.read_text().splitlines()]
        for line in lines[1:]:
            line["order"].reverse()
        path.write_text("".join(json.dumps(line) + "\n" for line in lines))

    def test_a_search_recorded_on_4_ranks_is_repeated_bit_for_bit_on_any_number_of_ranks_and_threads(self):
        # Equal work tends to end in the order in which it began; the other way round it certainly does not.
        self.run_tiny("first", *MADE_UP, ranks=4)
        self.turn_orders_round("first")
        self.repeat("recorded", *MADE_UP, of="first", ranks=4)
        expected = history(self.folder / "recorded")
        self.assertEqual(len(expected.splitlines()), 7)
        self.assertEqual(orders(self.folder / "recorded"), orders(self.folder / "first"))
        for name, ranks, threads in (("serial", 0, 1), ("one", 1, 1), ("two", 2, 1), ("crew", 0, 3), ("both", 2, 2)):
            self.repeat(name, *MADE_UP, "--set", f"evaluation.threads={threads}", ranks=ranks)
            self.assertEqual(history(self.folder / name), expected, name)
            self.assertEqual(read_json(self.folder / name / "result.json")["best"],
                             read_json(self.folder / "recorded/result.json")["best"])

    def test_a_search_with_a_model_is_repeated_and_can_be_recomputed(self):
        self.run_tiny("recorded", *ASYNCHRONOUS, ranks=2)
        self.repeat("again", *ASYNCHRONOUS, "--set", "evaluation.threads=2")
        self.assertEqual(history(self.folder / "again"), history(self.folder / "recorded"))
        count, _ = replay.replay(self.folder / "again")
        self.assertEqual(count, 7)
        self.assertTrue((self.folder / "again/best/adapter_model.safetensors").exists())

    def test_the_first_iteration_evaluates_where_a_synchronous_search_does(self):
        self.run_tiny("asynchronous", *ASYNCHRONOUS, ranks=2)
        self.run_tiny("synchronous")
        ours, theirs = ([json.loads(text) for text in history(self.folder / name).splitlines()[:2]]
                        for name in ("asynchronous", "synchronous"))
        self.assertEqual(ours[0], theirs[0])
        for p, q in zip(ours[1]["particles"], theirs[1]["particles"], strict=True):
            self.assertEqual((p["position"], p["velocity"], p["draws"]), (q["position"], q["velocity"], q["draws"]))

    def test_presets_and_variants_can_be_recomputed_from_their_history(self):
        for pairs in (["swarm.preset=paper"], ["swarm.preset=moco"], ["swarm.preset=quick", "swarm.worst_window=2"],
                      ["swarm.restart_patience=1", "swarm.promotion_z=0"], ["swarm.blocks=2", "swarm.repel_term=false"],
                      ["swarm.restart_mode=sticky", "swarm.restart_cool_down=0", "swarm.weight_randomness=false"]):
            with self.subTest(pairs):
                self.run_tiny("recorded", "--resume", "never", *MADE_UP, *settings("swarm.max_iteration=8", *pairs), ranks=4)
                count, _ = replay.replay(self.folder / "recorded")
                self.assertGreater(count, 4)

    def test_the_recomputation_notices_another_order(self):
        self.run_tiny("recorded", *MADE_UP, ranks=4)
        self.turn_orders_round("recorded")
        with self.assertRaises(replay.Mismatch):
            replay.replay(self.folder / "recorded")

    def test_a_repetition_goes_on_by_itself_where_the_record_ends(self):
        self.run_tiny("recorded", *MADE_UP, "--set", "swarm.max_iteration=3", ranks=2)
        self.repeat("longer", *MADE_UP, ranks=2)
        recorded, longer = (history(self.folder / name).splitlines() for name in ("recorded", "longer"))
        self.assertEqual((len(recorded), len(longer)), (4, 7))
        self.assertEqual(longer[:4], recorded)
        replay.replay(self.folder / "longer")

    def test_a_search_can_be_repeated_in_its_own_folder(self):
        self.run_tiny("recorded", *MADE_UP, ranks=4)
        expected = history(self.folder / "recorded")
        self.repeat("recorded", *MADE_UP, "--resume", "never")
        self.assertEqual(history(self.folder / "recorded"), expected)

    def test_an_order_that_cannot_be_followed_is_one_sentence(self):
        self.run_tiny("synchronous", "--set", "evaluation.synthetic=0.00002")
        self.run_tiny("recorded", *MADE_UP, "--set", "swarm.max_iteration=2")
        damaged = self.folder / "damaged"
        damaged.mkdir()
        text = (self.folder / "recorded/history.jsonl").read_text()
        (damaged / "history.jsonl").write_text(text.replace('"order": [', '"order": [99, '))
        for source, words, extra in (("nowhere", "not a run folder", []), ("synchronous", "was not asynchronous", []),
                                     ("damaged", "line 2 has an order that does not name", []),
                                     ("recorded", "each of 14 particles once", ["--set", "swarm.particles=14"])):
            with self.subTest(source):
                done = self.run_tiny("run", *MADE_UP, *extra, "--set", f"swarm.event_order={self.folder}/{source}", ranks=2, expect=3)
                self.assertEqual(done.stderr.count("shoal: "), 1, done.stderr)
                self.assertIn(words, done.stderr)


class Configuration(ShoalCase):
    def test_what_moves_together_is_refused_in_one_sentence(self):
        for pairs, words in ((["optimiser=cma_es"], "another optimiser"), (["swarm.positions=dense"], "positions dense"),
                             (["swarm.preset=reference"], "preset reference"), (["swarm.dropK=0.1"], "dropK"),
                             (["swarm.dropN=0.1"], "dropN"),
                             ([f"experts=[{TINY}/full/*]", "evaluation.pool=sharded"], "pool: sharded")):
            with self.subTest(pairs):
                done = self.run_tiny("run", *ASYNCHRONOUS, *settings(*pairs), expect=2)
                self.assertEqual(len(done.stderr.splitlines()), 1, done.stderr)
                self.assertIn(words, done.stderr)
        done = self.run_tiny("run", "--set", "swarm.event_order=somewhere", expect=2)
        self.assertIn("needs schedule: asynchronous", done.stderr)

    def test_a_run_does_not_change_its_schedule(self):
        self.run_tiny("run", *MADE_UP, "--set", "swarm.max_iteration=2")
        done = self.run_tiny("run", *MADE_UP, "--set", "swarm.schedule=synchronous", expect=2)
        self.assertIn("another configuration", done.stderr)

    def test_it_is_validated_and_estimated_like_any_other(self):
        self.assertEqual(shoal("validate", TINY / "run.yaml", *ASYNCHRONOUS).returncode, 0)
        self.estimate_tiny(*ASYNCHRONOUS, "--rate", "10000")

    def test_full_fine_tunes_take_part(self):
        self.run_tiny("run", *ASYNCHRONOUS, *settings(f"experts=[{TINY}/full/*]", "swarm.preset=quick", "swarm.max_iteration=2"), ranks=2)
        replay.replay(self.folder / "run")


class Ends(ShoalCase):
    def test_the_budget_counts_what_was_taken_and_the_search_continues(self):
        self.run_tiny("run", *MADE_UP, "--set", "stop.budget_evaluations=40", ranks=4)
        result = read_json(self.folder / "run/result.json")
        self.assertEqual((result["stop_reason"], result["evaluations"]), ("budget", 36))
        before = history(self.folder / "run")
        self.run_tiny("run", *MADE_UP, ranks=2)
        self.assertEqual(history(self.folder / "run").splitlines()[:3], before.splitlines())
        count, _ = replay.replay(self.folder / "run")
        self.assertEqual(count, 7)
        self.run_tiny("again", *MADE_UP, "--set", f"swarm.event_order={self.folder}/run")
        self.assertEqual(history(self.folder / "again"), history(self.folder / "run"))

    def test_target_and_patience_end_it_with_evaluations_under_way(self):
        for reason, pairs in (("target", ["stop.target=0.1"]), ("patience", ["swarm.patience=1", "swarm.max_iteration=40"])):
            with self.subTest(reason):
                self.run_tiny(reason, *MADE_UP, *settings(*pairs), ranks=4)
                self.assertEqual(read_json(self.folder / reason / "result.json")["stop_reason"], reason)
                replay.replay(self.folder / reason)


if __name__ == "__main__":
    unittest.main(argv=sys.argv, verbosity=2)
