"""Objectives: each against its formula, through sentence-transformers' losses."""

import time

import msgspec
import numpy as np
import pytest

from index.train.objectives import OBJECTIVES, Embedded, likeness_loss, objective
from index.train.settings import DISTILLING, PAIRWISE, TeacherSettings, TrainSettings

torch = pytest.importorskip("torch")
pytest.importorskip("sentence_transformers")

normalize, cosine_similarity = torch.nn.functional.normalize, torch.nn.functional.cosine_similarity

pytestmark = pytest.mark.models

SETTINGS = TrainSettings(pairs=(), out="", temperature=0.05, distance=0.2)
N, DIM = 16, 8


def columns(count: int, seed: int = 2) -> list[torch.Tensor]:
    generator = torch.Generator().manual_seed(seed)
    return [torch.randn(N, DIM, generator=generator) for _ in range(count)]


def loss(name: str, batch: Embedded, **changes: object) -> torch.Tensor:
    return objective(msgspec.structs.replace(SETTINGS, objective=name, **changes))(batch)


def cross_entropy(scores: torch.Tensor) -> torch.Tensor:
    return -torch.log_softmax(scores, dim=1).diagonal().mean()


def test_every_objective_of_the_settings_is_in_the_table() -> None:
    for name in OBJECTIVES:
        msgspec.convert({"pairs": [], "out": "", "objective": name}, TrainSettings)
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"pairs": [], "out": "", "objective": "mse"}, TrainSettings)
    assert OBJECTIVES.keys() >= PAIRWISE >= DISTILLING


def test_info_nce_is_the_cross_entropy_of_the_own_passage_among_all() -> None:
    queries, passages, negatives, others = columns(4)
    scores = normalize(queries) @ normalize(torch.cat((passages, negatives, others[:3]))).T / 0.05
    batch = Embedded(queries, passages, (negatives,), others[:3])
    torch.testing.assert_close(loss("info_nce", batch), cross_entropy(scores))


def test_symmetric_is_the_mean_of_both_directions() -> None:
    queries, passages, negatives = columns(3)
    scores = normalize(queries) @ normalize(passages).T / 0.05
    pairs_only = (cross_entropy(scores) + cross_entropy(scores.T)) / 2
    torch.testing.assert_close(loss("symmetric", Embedded(queries, passages)), pairs_only)
    wide = normalize(queries) @ normalize(torch.cat((passages, negatives))).T / 0.05
    with_negatives = (cross_entropy(wide) + cross_entropy(scores.T)) / 2
    torch.testing.assert_close(loss("symmetric", Embedded(queries, passages, (negatives,))), with_negatives)


@pytest.mark.parametrize("name", ["info_nce", "symmetric"])
def test_what_is_known_to_be_no_negative_does_not_count(name: str) -> None:
    queries, passages, negatives = columns(3)
    alike = torch.zeros(N, 2 * N, dtype=torch.bool)
    alike[3, N + 5] = alike[4, 1] = True
    masked = Embedded(queries, passages, (negatives,), alike=alike)
    scores = normalize(queries) @ normalize(torch.cat((passages, negatives))).T / 0.05
    scores[alike] = -torch.inf
    both = (cross_entropy(scores), cross_entropy(scores[:, :N].T))
    expected = both[0] if name == "info_nce" else sum(both) / 2
    torch.testing.assert_close(loss(name, masked), expected)


def test_triplet_and_hinge_want_the_negative_a_distance_away() -> None:
    queries, passages, first, second = columns(4)
    q, p = normalize(queries), normalize(passages)
    for name, far in {
        "triplet": lambda a, b: (a - b).norm(dim=1),
        "hinge": lambda a, b: 1 - (a * b).sum(dim=1),
    }.items():
        expected = [(far(q, p) - far(q, normalize(n)) + 0.2).relu().mean() for n in (first, second)]
        found = loss(name, Embedded(queries, passages, (first, second)))
        torch.testing.assert_close(found, sum(expected) / 2, atol=1e-4, rtol=1e-4)


def test_bpr_is_minus_the_log_of_the_chance_that_the_passage_is_above() -> None:
    queries, passages, negatives = columns(3)
    above = cosine_similarity(queries, passages) - cosine_similarity(queries, negatives)
    expected = -torch.log(torch.sigmoid(above.double() / 0.05)).mean().float()
    torch.testing.assert_close(loss("bpr", Embedded(queries, passages, (negatives,))), expected)


@pytest.mark.parametrize("name", ["triplet", "hinge", "bpr"])
def test_without_negatives_another_pairs_passage_is_one(name: str) -> None:
    queries, passages = columns(2)
    alone = loss(name, Embedded(queries, passages))
    torch.testing.assert_close(alone, loss(name, Embedded(queries, passages, (passages.roll(1, dims=0),))))


def test_margin_mse_and_kl_vanish_when_the_student_scores_like_its_teacher() -> None:
    queries, passages, negatives = columns(3)
    targets = torch.stack([cosine_similarity(queries, column) for column in (passages, negatives)], dim=1)
    same = Embedded(queries, passages, (negatives,), targets=targets)
    swapped = Embedded(queries, passages, (negatives,), targets=targets.flip(1))
    margins = targets[:, 0] - targets[:, 1]
    torch.testing.assert_close(loss("margin_mse", same), torch.tensor(0.0))
    torch.testing.assert_close(loss("margin_mse", swapped), (2 * margins).square().mean())
    assert loss("kl", same).item() == pytest.approx(0, abs=1e-8)
    own, theirs = (torch.softmax(scores / 0.05, dim=1) for scores in (targets, targets.flip(1)))
    expected = (theirs * (theirs.log() - own.log())).sum(dim=1).mean() * 0.05**2
    torch.testing.assert_close(loss("kl", swapped), expected)


def test_matryoshka_is_the_mean_over_whole_and_shorter_vectors() -> None:
    queries, passages, negatives = columns(3)
    batch = Embedded(queries, passages, (negatives,))
    short = Embedded(queries[:, :4], passages[:, :4], (negatives[:, :4],))
    expected = (loss("info_nce", batch) + loss("info_nce", short)) / 2
    torch.testing.assert_close(loss("info_nce", batch, matryoshka=(4,)), expected)


def test_likeness_to_a_teacher_of_another_dimension_vanishes_when_cosines_agree() -> None:
    (passages,) = columns(1)
    settings = msgspec.structs.replace(SETTINGS, teacher=TeacherSettings(temperature=0.05))
    wider = torch.cat((passages, torch.zeros(N, 5)), dim=1)
    assert likeness_loss(passages, wider, settings).item() == pytest.approx(0, abs=1e-6)
    assert likeness_loss(passages, wider.roll(1, dims=0), settings).item() > 0.1


def test_every_objective_moves_the_vectors() -> None:
    for name in OBJECTIVES:
        queries, passages, negatives = (column.requires_grad_() for column in columns(3))
        batch = Embedded(queries, passages, (negatives,), targets=torch.rand(N, 2))
        loss(name, batch, matryoshka=(4,)).backward()
        for column in (queries, passages, negatives):
            assert column.grad is not None
            assert column.grad.isfinite().all()
            assert column.grad.abs().sum() > 0


@pytest.mark.slow
def test_their_loss_costs_about_what_the_formula_written_out_does() -> None:
    def written_out(batch: Embedded) -> torch.Tensor:
        scores = normalize(batch.queries) @ normalize(batch.passages).T / 0.05
        target = torch.arange(len(scores))
        both = [torch.nn.functional.cross_entropy(each, target) for each in (scores, scores.T)]
        return (both[0] + both[1]) / 2

    def seconds(of: object) -> float:
        batch = Embedded(*(torch.randn(1_024, 256, requires_grad=True) for _ in range(2)))
        began = time.process_time()
        of(batch).backward()
        return time.process_time() - began

    theirs = objective(SETTINGS)
    spent = np.array([(seconds(theirs), seconds(written_out)) for _ in range(12)]).min(axis=0)
    assert spent[0] < 1.5 * spent[1]
