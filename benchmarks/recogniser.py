"""A small word recogniser for the processor: what it is shown, the network, its training, its reading.

36 letters and digits, case ignored; words of at most 12 of them, stretched to 32 x 96 pixels.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"
HIGH, WIDE, BATCH = 32, 96, 32
LEARNING = 2e-3
NOISE = 0.03  # deviation of a colour that whitening takes for noise
VARIED = torch.tensor([[0.07, 0.03, 0.04], [0.1, 0.15, 0.08]])


@dataclass(frozen=True)
class Crops:
    """Pictures (N, 3, 32, 96) in blue, green, red from 0 to 1, and their words in small letters."""

    pictures: Tensor
    words: tuple[str, ...]

    def part(self, chosen: slice) -> Crops:
        return Crops(self.pictures[chosen], self.words[chosen])


def shrunk(pictures: Sequence[NDArray[np.uint8]]) -> Tensor:
    small = [cv2.resize(p, (WIDE, HIGH), interpolation=cv2.INTER_AREA) for p in pictures]
    return torch.from_numpy(np.stack(small).transpose(0, 3, 1, 2).astype(np.float32) / 255)


def grey(pictures: Tensor) -> Tensor:
    """Luminance (ITU-R BT.601), three times."""
    luminance = torch.einsum("nchw,c->nhw", pictures, torch.tensor([0.114, 0.587, 0.299]))
    return coloured(luminance[:, None].expand_as(pictures))


def coloured(pictures: Tensor) -> Tensor:
    return (pictures - 0.5) * 4


def whitened(pictures: Tensor) -> Tensor:
    """Colours of each crop without correlation and of equal spread (ZCA whitening: Kessy et al. 2018, arXiv
    1512.00809): grounds vary along one line of colours, letters off that line stand out, whatever their luminance."""
    colours = pictures.flatten(2)
    colours = colours - colours.mean(2, keepdim=True)
    spread, axes = torch.linalg.eigh(colours @ colours.mT / colours.shape[2])
    white = axes @ torch.diag_embed((spread + NOISE**2).rsqrt()) @ axes.mT @ colours
    return white.view_as(pictures).clamp(-4, 4) / 2


INPUTS: dict[str, Callable[[Tensor], Tensor]] = {"grey": grey, "colour": coloured, "whitened": whitened}


class Recogniser(nn.Module):
    """CRNN (Shi et al. 2015, arXiv 1507.05717), small: (N, 3, 32, 96) to log-probabilities (24, N, 37). What the
    convolutions see is also said directly, beside the LSTM: without that CTC stays at blanks for thousands of steps."""

    def __init__(self) -> None:
        super().__init__()
        layers: list[nn.Module] = [nn.Conv2d(3, 32, 5, 2, 2, bias=False), nn.BatchNorm2d(32), nn.ReLU(True)]
        for before, after, pool in ((32, 48, (2, 2)), (48, 64, (2, 1)), (64, 96, (2, 1))):
            layers += [nn.Conv2d(before, after, 3, padding=1, bias=False), nn.BatchNorm2d(after), nn.ReLU(True),
                       nn.MaxPool2d(pool)]  # fmt: skip
        self.see = nn.Sequential(*layers).to(memory_format=torch.channels_last)  # pyright: ignore[reportCallIssue]
        self.join = nn.Sequential(nn.Conv1d(192, 128, 3, padding=1, bias=False), nn.BatchNorm1d(128), nn.ReLU(True))
        self.read = nn.LSTM(128, 64, bidirectional=True)
        self.say, self.say_seen = nn.Linear(128, len(LETTERS) + 1), nn.Linear(128, len(LETTERS) + 1)

    def forward(self, pictures: Tensor) -> Tensor:
        seen = self.join(self.see(pictures).flatten(1, 2)).permute(2, 0, 1)
        return (self.say(self.read(seen)[0]) + self.say_seen(seen)).log_softmax(-1)


def varied(pictures: Tensor) -> Tensor:
    """Colours turned at random, pictures scaled, moved and sheared a little, mostly towards smaller."""
    turn = torch.linalg.qr(torch.randn(len(pictures), 3, 3))[0]
    place = 1.05 * torch.eye(2, 3) + (torch.rand(len(pictures), 2, 3) * 2 - 1) * VARIED
    grid = nn.functional.affine_grid(place, list(pictures.shape), align_corners=False)
    turned = torch.einsum("nij,njhw->nihw", turn, pictures)
    return nn.functional.grid_sample(turned, grid, padding_mode="border", align_corners=False)


def train(network: Recogniser, crops: Crops, inputs: str, steps: int, seed: int) -> Recogniser:
    """The network after `steps` batches more; same order for all crops of one number."""
    network.train()
    torch.manual_seed(seed)
    learner = torch.optim.AdamW(network.parameters(), lr=LEARNING, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.OneCycleLR(learner, LEARNING, total_steps=steps, pct_start=0.1)
    codes = [torch.tensor([LETTERS.index(c) + 1 for c in w]) for w in crops.words]
    order = torch.cat([torch.randperm(len(codes)) for _ in range(1 + steps * BATCH // len(codes))])
    pictures, losses = INPUTS[inputs](crops.pictures), 0.0
    for step in range(steps):
        chosen = order[step * BATCH : (step + 1) * BATCH]
        said = network(varied(pictures[chosen]).contiguous(memory_format=torch.channels_last))
        target = [codes[k] for k in chosen.tolist()]
        long = torch.tensor([len(t) for t in target])
        loss = nn.functional.ctc_loss(
            said, torch.cat(target), torch.full((len(target),), len(said)), long, zero_infinity=True
        )
        learner.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(network.parameters(), 5.0)
        learner.step()
        schedule.step()
        losses += loss.item()
        if step % 100 == 99:
            print(f"  step {step + 1}: loss {losses / 100:.3f}", flush=True)
            losses = 0.0
    return network.eval()


@torch.no_grad()
def read(network: Recogniser, pictures: Tensor) -> list[str]:
    """Best path: repeats merged, blanks left out."""
    best = torch.cat([network(part).argmax(-1).T for part in pictures.split(128)]).tolist()
    return ["".join(LETTERS[c - 1] for c, was in zip(row, [0, *row], strict=False) if c and c != was) for row in best]
