#!/usr/bin/env python3
"""Writes a bank and queries of raw 32-byte hashes: PREFIX.ref and PREFIX.qry.

  bench/peers/hash_sets.py real|uni BANK QUERIES PREFIX [--seed 1]

`uni` is uniform noise. `real` is the PDQ of synthetic product photographs: a body by category on a
white ground, a few parts, texture; one in five a natural picture of 1/f texture. So hashes cluster
as those of catalogs do. One in ten of the bank is a near duplicate of another of its own.
One in twenty of the queries is an entry with up to 40 bits flipped, most of them of the first 1,000,
10,000 and 100,000 entries, so that the start of a bank is a bank, too; of `real`, three in twenty
show one of a small stock of pictures again.
Needs numpy.
"""
import argparse

import numpy as np

CATEGORIES = 400
STEP = 16_384  # pictures made at once


def box_terms(edges):
    """Integrals of the 16 lowest cosines (without the constant) up to each edge in 0...64."""
    order = np.arange(1, 17)
    return np.sin(np.pi * order * edges[..., None] / 64) * 64 / (np.pi * order)


def box(x, y, width, height, contrast):
    """DCT coefficients (n, 16, 16) of boxes around (x, y) with half sides width and height."""
    damping = np.exp(-0.5 * (np.arange(1, 17) / 14.0) ** 2)
    clip = lambda value: np.clip(value, 0, 64)
    across = (box_terms(clip(x + width)) - box_terms(clip(x - width))) * damping
    down = (box_terms(clip(y + height)) - box_terms(clip(y - height))) * damping
    return contrast[:, None, None] * down[:, :, None] * across[:, None, :]


def ellipse(x, y, width, height, contrast):
    """The same of ellipses, as six slabs."""
    total = 0
    for slab in range(6):
        middle = (slab - 2.5) / 3
        total = total + box(
            x, y + middle * height, width * np.sqrt(1 - middle * middle), height / 6, contrast)
    return total


class Pictures:
    """A reproducible stream of product photographs as DCT coefficients."""

    def __init__(self, seed):
        shapes = np.random.default_rng([seed, 7])
        self.parts = shapes.uniform(size=(CATEGORIES, 6, 5))
        self.kinds = shapes.integers(0, 3, CATEGORIES)
        self.counts = 1 + (self.kinds == 2) + shapes.integers(0, 4, CATEGORIES)
        frequency = np.arange(1, 17)
        self.square = (frequency[:, None] ** 2 + frequency[None, :] ** 2).astype(float)

    def make(self, random, count):
        category = (np.exp(random.uniform(size=count) * np.log(CATEGORIES + 1)) - 1).astype(int)
        category = np.minimum(category, CATEGORIES - 1)
        total = np.zeros((count, 16, 16))
        for part in range(6):
            shape = self.parts[category, part]
            shown = self.counts[category] > part
            if part == 0:
                x = y = np.full(count, 32.0)
                width, height = 14 + 16 * shape[:, 2], 14 + 16 * shape[:, 3]
                contrast = -(0.3 + 0.6 * shape[:, 4])
            else:
                x, y = 14 + 36 * shape[:, 0], 14 + 36 * shape[:, 1]
                width, height = 3 + 12 * shape[:, 2], 3 + 12 * shape[:, 3]
                contrast = 0.8 * (shape[:, 4] - 0.5)
            x, y = (value + 0.8 * random.normal(size=count) for value in (x, y))
            width, height = (
                value * (1 + 0.06 * random.normal(size=count)) for value in (width, height))
            contrast = contrast * (1 + 0.2 * random.normal(size=count)) * shown
            round_ = self.kinds[category] == 1
            total += np.where(
                round_[:, None, None], ellipse(x, y, width, height, contrast),
                box(x, y, width, height, contrast))
        details = random.integers(0, 6, count)
        for detail in range(5):
            x, y = 32 + 11 * random.normal(size=(2, count))
            width, height = 1 + 7 * random.uniform(size=(2, count))
            contrast = 0.7 * (random.uniform(size=count) - 0.5) * (details > detail)
            total += box(x, y, width, height, contrast)
        texture = 0.15 + 2.5 * random.uniform(size=(3, count)).prod(axis=0)
        root = np.sqrt(self.square)
        total += texture[:, None, None] * random.normal(size=total.shape) / (0.4 + 0.04 * root)
        natural = 300 * random.normal(size=total.shape) / root / (0.5 + 0.05 * root)
        is_natural = random.uniform(size=count) < 0.2
        return np.where(is_natural[:, None, None], natural, total).reshape(count, 256)


def hashes(coefficients):
    """A bit where a coefficient is above the median; bit k of the hash is coefficient k."""
    median = np.partition(coefficients, 127, axis=1)[:, 127:128]
    return np.packbits(coefficients > median, axis=1, bitorder="little")


def noisy(random, coefficients, least, most):
    strength = least + (most - least) * random.uniform(size=(len(coefficients), 1))
    return coefficients + strength * random.normal(size=coefficients.shape)


def real_bank(pictures, random, count):
    parts = []
    for start in range(0, count, STEP):
        made = pictures.make(random, min(STEP, count - start))
        twins = np.flatnonzero(random.uniform(size=len(made)) < 0.1)
        originals = (twins * random.uniform(size=len(twins))).astype(int)
        made[twins] = noisy(random, made[originals], 2, 8)
        parts.append(hashes(made))
    return np.concatenate(parts)


def real_queries(pictures, random, count):
    stock = pictures.make(random, count // 20 + 1)
    parts = []
    for start in range(0, count, STEP):
        made = pictures.make(random, min(STEP, count - start))
        again = np.flatnonzero(random.uniform(size=len(made)) < 0.15)
        shown = stock[(len(stock) * random.uniform(size=len(again)) ** 2.5).astype(int)]
        is_exact = random.uniform(size=(len(again), 1)) < 0.5
        made[again] = np.where(is_exact, shown, noisy(random, shown, 1, 5))
        parts.append(hashes(made))
    return np.concatenate(parts)


def plant(random, bank, queries):
    """Turns one in twenty of the queries into entries with up to 40 bits flipped."""
    for place in np.flatnonzero(random.uniform(size=len(queries)) < 0.05):
        entry = int(len(bank) * random.uniform())
        for share, first in [(0.25, 1_000), (0.5, 10_000), (0.75, 100_000), (1, len(bank))]:
            if random.uniform() < share:
                entry %= min(first, len(bank))
                break
        bits = np.unpackbits(bank[entry], bitorder="little")
        bits[random.permutation(256)[:random.integers(0, 41)]] ^= 1
        queries[place] = np.packbits(bits, bitorder="little")


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kind", choices=["real", "uni"])
    parser.add_argument("bank", type=int)
    parser.add_argument("queries", type=int)
    parser.add_argument("prefix")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    random = np.random.default_rng([options.seed, options.kind == "real"])
    if options.kind == "uni":
        bank, queries = (
            random.integers(0, 256, (count, 32), dtype=np.uint8)
            for count in (options.bank, options.queries))
    else:
        pictures = Pictures(options.seed)
        bank = real_bank(pictures, random, options.bank)
        queries = real_queries(pictures, random, options.queries)
    plant(random, bank, queries)
    bank.tofile(options.prefix + ".ref")
    queries.tofile(options.prefix + ".qry")


if __name__ == "__main__":
    main()
