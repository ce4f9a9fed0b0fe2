# ruff: noqa: E402 (torch may be missing; what imports it comes after the question)
"""The judge as it serves gives the judge's answers."""

import pytest

torch = pytest.importorskip("torch", reason="torch is not installed; get it with: make install-training")

from classifier.model import Context, Judge
from classifier.shape import ModelConfig
from training.serving_judge import ServingJudge


def test_one_beat_is_judged_as_among_all() -> None:
    torch.manual_seed(1)
    config = ModelConfig()
    judge = Judge(config).eval()
    own, tokens = torch.randn(5, config.token), torch.randn(5, 12, config.token)
    seconds, known = torch.rand(5, 12) * 30 - 25, (torch.rand(5, 12) > 0.3).float()
    with torch.no_grad():
        answer = judge(own[:, None], Context(tokens, seconds[:, None], known[:, None]))
        beat_class, rhythm = ServingJudge(judge).eval()(own, tokens, seconds, known)
    assert torch.allclose(beat_class, answer.beat_class[:, 0], atol=1e-5)
    assert torch.allclose(rhythm, answer.rhythm[:, 0], atol=1e-5)
