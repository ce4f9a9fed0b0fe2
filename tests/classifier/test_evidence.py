# ruff: noqa: E402 (torch may be missing; what imports it comes after the question)
"""What spoke for an answer, checked by derivatives, which the evidence itself does not use."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import openvino
import pytest

from classifier.artifact import EVIDENCE
from classifier.engine import SHIPPED, GraphLabeller, arranged, inputs_of
from classifier.runtime import Array, CpuGraph, Form
from ecg.types import DetectedBeat
from tests.classifier.contexts import contexts_of

torch = pytest.importorskip("torch", reason="torch is not installed; get it with: make install-training")

from torch import Tensor, nn
from torch.nn import functional

from classifier.evidence import Evidence, EvidenceReader
from classifier.model import Context, Network, normalise
from classifier.reference import load_network, torch_labeller

BEATS = slice(20, 36)


class Case(NamedTuple):
    """Beats and their contexts as arrays, and what spoke for their answers."""

    network: Network
    arrays: dict[str, Array]
    evidence: Evidence

    def tensor(self, name: str) -> Tensor:
        array: Tensor = torch.from_numpy(self.arrays[name])
        return array

    def own(self) -> Tensor:
        own: Tensor = self.network.reader(self.tensor("window"), self.tensor("timing"))[:, None]
        return own

    def context(self) -> Context:
        return Context(self.tensor("tokens"), self.tensor("seconds")[:, None], self.tensor("known")[:, None])


@pytest.fixture(scope="module")
def case(synthetic_beats: Sequence[DetectedBeat]) -> Case:
    network, labeller = load_network(), torch_labeller()
    beats = synthetic_beats[:50]
    contexts = contexts_of(labeller, beats)[len(beats) :]  # the settled ones
    judged = arranged(contexts[BEATS])
    arrays = {**inputs_of(beats[BEATS]), **{name: judged[name] for name in ("tokens", "seconds", "known")}}
    with torch.no_grad():
        evidence = EvidenceReader(network).eval()(*(torch.from_numpy(array) for array in arrays.values()))
    return Case(network, arrays, evidence)


def slopes_of(head: nn.Module, inputs: Tensor) -> Tensor:
    """Derivatives of each log-odd by each input, (B, outputs, inputs)."""
    inputs = inputs.detach().requires_grad_()
    outputs = head(inputs)
    rows = [torch.autograd.grad(outputs[:, k].sum(), inputs, retain_graph=True)[0] for k in range(outputs.shape[1])]
    slopes: Tensor = torch.stack(rows, dim=1)
    return slopes


def test_what_the_beats_add_is_what_mean_and_attention_add_to_the_rhythm(case: Case) -> None:
    judge, size = case.network.judge, case.network.config.token
    with torch.no_grad():
        summary = judge.summary(case.own(), case.context())[0][:, 0]
    slopes = slopes_of(judge.rhythm_head, summary)
    between = slice(size, size + 2 * case.network.config.hidden)
    expected = (slopes[..., between] * summary[:, None, between]).sum(dim=2)
    assert torch.allclose(case.evidence.beats.sum(dim=2), expected, atol=1e-4)


def test_each_beat_adds_what_its_own_entered_token_adds(case: Case) -> None:
    """With attention as it is, taking one beat's entered token away takes just its part from mean and questions."""
    judge, config = case.network.judge, case.network.config
    with torch.no_grad():
        summary, share = judge.summary(case.own(), case.context())
        entered = functional.relu(judge.enter(case.tensor("tokens")))
    slopes = slopes_of(judge.rhythm_head, summary[:, 0])
    for beat in (0, 7, 30, 33):
        part = share[:, :1, beat] * entered[:, beat]
        asked = share[:, 1:, beat, None] * entered[:, beat].unflatten(1, (config.heads, -1))
        added = torch.cat([part, asked.flatten(1)], dim=1)
        expected = (slopes[..., config.token : config.token + 2 * config.hidden] * added[:, None]).sum(dim=2)
        assert torch.allclose(case.evidence.beats[..., beat], expected, atol=1e-4)


def test_beats_that_are_not_known_add_nothing(case: Case) -> None:
    unknown = case.tensor("known") == 0
    assert unknown.any()
    assert not case.evidence.beats.transpose(1, 2)[unknown].any()
    assert case.evidence.beats.abs().sum() > 0


def test_all_parts_together_are_the_log_odds_of_the_rhythm(case: Case) -> None:
    judge, size = case.network.judge, case.network.config.token
    with torch.no_grad():
        summary = judge.summary(case.own(), case.context())[0][:, 0]
        log_odds = judge.rhythm_head(summary)
    slopes = slopes_of(judge.rhythm_head, summary)
    rest = log_odds - (slopes * summary[:, None]).sum(dim=2)  # what the biases say
    own = (slopes[..., :size] * summary[:, None, :size]).sum(dim=2)
    amount = (slopes[..., -2:] * summary[:, None, -2:]).sum(dim=2)
    assert torch.allclose(rest + own + amount + case.evidence.beats.sum(dim=2), log_odds, atol=1e-4)


def test_the_near_steps_add_what_the_beat_class_loses_without_them(case: Case) -> None:
    """Its own token is read in two places; how the attention would change is not asked."""
    reader, judge = case.network.reader, case.network.judge
    with torch.no_grad():
        maps = reader.maps(normalise(case.tensor("window")))
        summary = judge.summary(case.own(), case.context())[0]
        unusual = judge.unusual(case.own(), case.context())
    size = case.network.config.token
    slopes = slopes_of(judge.beat_head, torch.cat([summary, unusual], dim=2)[:, 0])
    near = maps.first[..., -reader.config.near :].detach()
    for step in (0, 9, reader.config.near - 1):
        without = near.clone()
        without[..., step] = 0.0
        with torch.no_grad():
            lost = [reader.tokens(some, maps.last[..., -1], case.tensor("timing")) for some in (near, without)]
        token = (lost[0] - lost[1])[:, None]
        expected = (slopes[..., :size] * token).sum(dim=2) + (slopes[..., -size:] * token).sum(dim=2)
        assert torch.allclose(case.evidence.shape[..., step], expected, atol=1e-4)


def test_the_exported_graph_says_the_same(case: Case) -> None:
    graph = CpuGraph(openvino.Core(), Form("evidence", (SHIPPED / EVIDENCE).read_bytes(), "f32"))
    for told, expected in zip(graph.run(case.arrays), case.evidence, strict=True):
        assert told.shape == tuple(expected.shape)
        assert np.abs(told - expected.numpy()).max() < 1e-3 * max(1.0, float(expected.abs().max()))


def test_the_shares_of_a_context_add_up_to_one(case: Case) -> None:
    with torch.no_grad():
        _, share = case.network.judge.summary(case.own(), case.context())
    assert share.shape[1] == 1 + case.network.config.heads
    assert torch.allclose(share.sum(dim=2), torch.ones(()), atol=1e-5)
    assert not share.transpose(1, 2)[case.tensor("known") == 0].any()


def test_evidence_is_about_the_answer_that_serves(case: Case, synthetic_beats: Sequence[DetectedBeat]) -> None:
    """Tokens of the context come from half precision, the beat's own from its window: the answers hardly differ."""
    labeller: GraphLabeller = torch_labeller()
    told = labeller._judge.run({**case.arrays, "own": labeller.read(synthetic_beats[:50][BEATS]).astype(np.float32)})
    with torch.no_grad():
        answer = case.network.judge(case.own(), case.context())
    assert np.abs(answer.rhythm[:, 0].numpy() - told[1]).max() < 0.02
