"""A small draw of the forgery bench (tests/bench/bench_forgery.py runs a million): no mutant of a suite is taken."""

from __future__ import annotations

from attest.verify import Verifier, judge
from tests.attest import make_vectors, second_verifier
from tests.bench import bench_forgery


def test_no_mutant_of_any_kind_is_accepted_and_none_ends_in_another_error():
    tally = bench_forgery.run(3_000, seed=11)

    assert (tally["accepted"], tally["crashed"], tally["examples"]) == (0, 0, [])
    assert set(tally["by_kind"]) == {kind.__name__ for kind in bench_forgery.KINDS}
    assert min(tally["by_kind"].values()) > 100
    assert set(tally["refused_as"]) == {"MalformedError", "BadSignatureError", "UnknownKeyError"}


def test_the_bench_finds_a_verifier_that_accepts():
    forger = bench_forgery.Forger(3)
    sample = forger.samples[0]

    assert sample.token in forger.tokens
    for kind in bench_forgery.KINDS:
        mutants = {kind(forger, sample) for _ in range(40)} - forger.tokens
        assert len(mutants) >= 8, kind.__name__


def test_an_overflowing_group_decodes_to_the_same_bytes_for_a_lax_reader():
    forger = bench_forgery.Forger(3)
    token = forger.samples[0].token
    mutant = forger._overflowing(token)

    groups = [(token[at : at + 3], mutant[at : at + 3]) for at in range(0, 345, 3)]
    changed = [(forger._value(old), forger._value(new)) for old, new in groups if old != new]
    assert len(changed) == 1
    assert changed[0][1] - changed[0][0] == 65536


def test_a_second_verifier_refuses_each_mutant_for_the_same_reason():
    forger, keys = bench_forgery.Forger(7), make_vectors.key_list()
    first, others = Verifier(keys), second_verifier.load_keys(keys.to_json())

    for number in range(1_200):
        kind = bench_forgery.KINDS[number % len(bench_forgery.KINDS)]
        mutant = kind(forger, forger.samples[number % len(forger.samples)])
        finding, other = judge(mutant, first), second_verifier.judge(mutant, others)
        assert (finding.verdict.value, finding.reason) == (other["verdict"], other.get("reason", "")), mutant
