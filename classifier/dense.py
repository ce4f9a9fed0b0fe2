"""All beats of long signals in one run of the trunk: how the network learns, and how it explains a stretch of trace."""

from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional

from classifier.model import PART, Answer, Context, Judge, Network, Reader, normalise
from ecg.context import FUTURE, PAST, PAST_REACH, SETTLE_AFTER
from ecg.rates import SAMPLE_RATE

FIRST_SEEN = 79
"""Samples that step 0 of the first stage's map has seen."""


class Judged(NamedTuple):
    """Answers when the beat came and when it is settled."""

    live: Answer
    settled: Answer


def answer(network: Network, signal: Tensor, ends: Tensor, timing: Tensor, seconds: Tensor, beats: Tensor) -> Judged:
    """Both answers of all beats. For the arguments see `training.batches.Batch`."""
    return judge_all(network.judge, read(network.reader, signal, ends, timing), seconds, beats)


def judge_all(judge: Judge, tokens: Tensor, seconds: Tensor, beats: Tensor) -> Judged:
    """Both answers of beats with tokens (b, n, token), seconds (b, n); beats (b, n) False where there is none."""
    apart = seconds[:, None, :] - seconds[:, :, None]
    known = beats[:, None, :]
    live = (in_past(apart) & known).to(tokens.dtype)
    settled = ((in_past(apart) | in_future(apart)) & known).to(tokens.dtype)
    return Judged(*(judge(tokens, Context(tokens, apart, mask)) for mask in (live, settled)))


def read(reader: Reader, signal: Tensor, ends: Tensor, timing: Tensor) -> Tensor:
    """Tokens (b, n, token)."""
    config = reader.config
    # Filled up to whole parts, so that what a segment is scaled by does not depend on how long its neighbours are.
    maps = reader.maps(normalise(functional.pad(signal, (0, -signal.shape[1] % PART))))
    total = config.stem_stride
    for stride in config.strides:
        total *= stride
    row = torch.arange(len(signal), device=signal.device)[:, None].expand_as(ends)
    last = maps.last.transpose(1, 2)[row, ends // total]
    newest = (ends + config.window - FIRST_SEEN) // config.stem_stride
    places = newest[..., None] + torch.arange(1 - config.near, 1, device=signal.device)
    near = maps.first.transpose(1, 2)[row[..., None], places].transpose(2, 3)
    flat = reader.tokens(near.flatten(0, 1), last.flatten(0, 1), timing.flatten(0, 1))
    tokens: Tensor = flat.unflatten(0, ends.shape)
    return tokens


def in_past(apart: Tensor) -> Tensor:
    """Which beats may be looked at when a beat comes; apart (b, n, n) seconds from the judged to the other."""
    places = torch.arange(apart.shape[1], device=apart.device)
    earlier = places[:, None] - places
    longest = -(PAST_REACH + 0.5) / SAMPLE_RATE  # half a sample more: differences of seconds are rounded
    return (earlier >= 0) & (earlier < PAST) & (apart >= longest)


def in_future(apart: Tensor) -> Tensor:
    """Which later beats may be looked at when a beat is settled."""
    places = torch.arange(apart.shape[1], device=apart.device)
    later = places - places[:, None]
    latest = (SETTLE_AFTER + 0.5) / SAMPLE_RATE  # half a sample more: differences of seconds are rounded
    return (later > 0) & (later <= FUTURE) & (apart <= latest)
