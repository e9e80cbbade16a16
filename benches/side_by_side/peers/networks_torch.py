# SPDX-License-Identifier: MIT OR Apache-2.0
"""Milliseconds a training step of plain PyTorch takes, over one batch again and again: pytorch cnn

There is no `fit`: this is the loop that PyTorch's users write, without any reading of data.
"""
import common

given = common.arguments(["pytorch"], ["mlp128", "mlp784", "cnn", "lstm"])

import torch  # noqa: E402
from torch import nn  # noqa: E402


class LastStep(nn.Module):
    """The last step of what a recurrent layer gives."""

    def forward(self, outputs):
        return outputs[0][:, -1]


def cnn():
    first, second = nn.Conv2d(3, 64, 3, padding=1), nn.Conv2d(64, 128, 3, padding=1)
    ends = [nn.Flatten(), nn.Linear(32 * 32 * 128, 1)]
    return nn.Sequential(first, nn.ReLU(), nn.MaxPool2d(2), second, nn.ReLU(), nn.MaxPool2d(2), *ends)


def lstm():
    return nn.Sequential(nn.LSTM(64, 128, batch_first=True), LastStep(), nn.Linear(128, 1))


# model, shape of a sample, outputs, batch size, steps
ROWS = {
    "mlp128": (lambda: nn.Sequential(nn.Linear(128, 10), nn.ReLU(), nn.Linear(10, 1)), (128,), 1, 32, 2000),
    "mlp784": (lambda: nn.Sequential(nn.Linear(784, 512), nn.ReLU(), nn.Linear(512, 10)), (784,), 10, 128, 200),
    "cnn": (cnn, (3, 128, 128), 1, 32, 5),
    "lstm": (lstm, (100, 64), 1, 32, 10),
}

torch.manual_seed(0)
make, shape, outputs, batch_size, steps = ROWS[given.row]
model, x, y = make(), torch.rand(batch_size, *shape), torch.rand(batch_size, outputs)
if given.row == "cnn":
    # the faster of its two layouts
    model, x = model.to(memory_format=torch.channels_last), x.to(memory_format=torch.channels_last)
optimizer = torch.optim.Adam(model.parameters(), 1e-3)


def epoch():
    for _ in range(steps):
        optimizer.zero_grad()
        loss = nn.functional.mse_loss(model(x), y)
        loss.backward()
        optimizer.step()
    return loss.item()


epoch()
measured = [common.seconds(epoch) for _ in range(given.rounds)]
milliseconds = [seconds / steps * 1e3 for seconds, _ in measured]
common.report(given, "ms", milliseconds, loss=measured[-1][1])
