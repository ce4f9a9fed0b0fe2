"""The judge as it serves: one beat for each context.

`classifier.model.Judge` makes a key of every beat of the context, which pays when all beats of a recording are judged
among the same ones. Serving judges one beat among many, and keys are linear: each head's question is turned into the
tokens' own space instead. Answers are the same; the arithmetic is half.
"""

import torch
from torch import Tensor, nn

from classifier.model import Context, Judge


class ServingJudge(Judge):
    """own (B, token), tokens (B, k, token), seconds and known (B, k) -> beat_class (B, 5) and rhythm (B, 4)."""

    def __init__(self, judge: Judge) -> None:
        super().__init__(judge.config)
        self.load_state_dict(judge.state_dict())
        self.question = _questions(judge)

    def forward(  # type: ignore[override]  # a graph has one input for each array
        self, own: Tensor, tokens: Tensor, seconds: Tensor, known: Tensor
    ) -> tuple[Tensor, Tensor]:
        """As the class says."""
        answer = super().forward(own[:, None], Context(tokens, seconds[:, None], known[:, None]))
        return answer.beat_class[:, 0], answer.rhythm[:, 0]

    def likeness(self, own: Tensor, tokens: Tensor) -> Tensor:
        """As the judge's, for one beat."""
        questions: Tensor = self.question(own[:, 0]).unflatten(1, (self.config.heads, -1))
        return (questions @ tokens.transpose(1, 2))[:, :, None]

    def asked(self, weight: Tensor, entered: Tensor) -> Tensor:
        """As the judge's, for one beat. One product for all heads, of which each keeps its own part, is faster."""
        brought = weight[:, :, 0] @ entered
        size = self.config.hidden // self.config.heads
        parts = [brought[:, head, head * size : (head + 1) * size] for head in range(self.config.heads)]
        return torch.cat(parts, dim=1)[:, None]


@torch.no_grad()
def _questions(judge: Judge) -> nn.Linear:
    """Token -> heads * token: the product of a head's question and a token is that of its query and the token's key."""
    heads, size = judge.config.heads, judge.config.token
    keys = judge.key.weight.unflatten(0, (heads, -1)).transpose(1, 2)
    linear = nn.Linear(size, heads * size)
    linear.weight.copy_((keys @ judge.query.weight.unflatten(0, (heads, -1))).flatten(0, 1))
    linear.bias.copy_((keys @ judge.query.bias.unflatten(0, (heads, -1))[..., None]).flatten())
    return linear
