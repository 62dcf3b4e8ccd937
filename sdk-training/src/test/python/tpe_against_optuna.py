"""Compares the TPE of io.aidc.training.search with Optuna's on the functions of Functions.java.

Usage: tpe_against_optuna.py TRACES SEEDS TRIALS [FUNCTION...]

TRACES is what SamplerTraces wrote with the same numbers. Needs optuna and scipy. Prints, for each function, the median of the
best values over the seeds, and the two-sided p-value of Mann-Whitney between ours and Optuna's.
"""

import csv
import math
import statistics
import sys
from collections import defaultdict

import numpy as np
import optuna
from scipy.stats import mannwhitneyu

WEIGHTS = [1.0, 1.2, 3.0, 3.2]
SCALES = [[10, 3, 17, 3.5, 1.7, 8], [0.05, 10, 17, 0.1, 8, 14], [3, 3.5, 1.7, 10, 17, 8], [17, 8, 0.05, 10, 0.1, 14]]
CENTRES = [
    [0.1312, 0.1696, 0.5569, 0.0124, 0.8283, 0.5886],
    [0.2329, 0.4135, 0.8307, 0.3736, 0.1004, 0.9991],
    [0.2348, 0.1451, 0.3522, 0.2883, 0.3047, 0.6650],
    [0.4047, 0.8828, 0.8732, 0.5743, 0.1091, 0.0381],
]


def branin(trial, noise):
    x, y = trial.suggest_float("x", -5, 10), trial.suggest_float("y", 0, 15)
    root = y - 5.1 / (4 * math.pi**2) * x * x + 5 / math.pi * x - 6
    return root**2 + 10 * (1 - 1 / (8 * math.pi)) * math.cos(x) + 10


def hartmann6(trial, noise):
    x = [trial.suggest_float(f"x{d}", 0, 1) for d in range(6)]
    return -sum(
        w * math.exp(-sum(s * (v - c) ** 2 for s, v, c in zip(scale, x, centre)))
        for w, scale, centre in zip(WEIGHTS, SCALES, CENTRES)
    )


def mixed(trial, noise):
    kind = trial.suggest_categorical("kind", ["a", "b", "c", "d", "e"])
    x, n = trial.suggest_float("x", -3, 3), trial.suggest_int("n", 1, 20)
    flag = trial.suggest_categorical("flag", [False, True])
    offset = {"a": 1.0, "b": 0.6, "c": 0.0, "d": 1.5, "e": 2.5}[kind]
    return offset + (x - (1.2 if kind == "c" else -0.7)) ** 2 + 0.02 * (n - 13) ** 2 + (0.3 if flag else 0)


def noisy_sphere(trial, noise):
    return sum((trial.suggest_float(f"x{d}", -5, 5) - 1) ** 2 for d in range(4)) + noise.standard_normal()


def network(trial, noise):
    rate = math.log10(trial.suggest_float("rate", 1e-6, 1, log=True))
    decay = math.log10(trial.suggest_float("decay", 1e-8, 1e-1, log=True))
    width = math.log2(trial.suggest_int("width", 8, 1024, log=True))
    dropout = trial.suggest_float("dropout", 0, 0.9, step=0.1)
    ridge = rate + 0.3 * (width - 6) + 3
    return ridge**2 + 0.1 * (width - 8) ** 2 + 0.05 * (decay + 4) ** 2 + (dropout - 0.3) ** 2


def branches(trial, noise):
    if trial.suggest_categorical("model", ["linear", "tree"]) == "linear":
        return 1 + 0.2 * (math.log10(trial.suggest_float("decay", 1e-6, 1e2, log=True)) + 1) ** 2
    depth = trial.suggest_int("depth", 1, 16)
    return 0.4 + 0.05 * abs(depth - 6) + (math.log10(trial.suggest_float("rate", 1e-4, 1, log=True)) + 1.5) ** 2


FUNCTIONS = {
    "branin": branin,
    "hartmann6": hartmann6,
    "mixed": mixed,
    "noisySphere": noisy_sphere,
    "network": network,
    "branches": branches,
}


def main():
    traces, seeds, trials = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    best = defaultdict(list)
    for row in csv.reader(open(traces)):
        best[row[0], row[1]].append(float(row[3]))
    chosen = {name: f for name, f in FUNCTIONS.items() if name in sys.argv[4:] or not sys.argv[4:]}
    for name, function in chosen.items():
        for seed in range(seeds):
            for kind, options in {
                "optuna joint": {"multivariate": True, "group": True},
                "optuna independent": {"multivariate": False},
            }.items():
                noise = np.random.default_rng(seed)
                study = optuna.create_study(sampler=optuna.samplers.TPESampler(seed=seed, **options))
                study.optimize(lambda trial: function(trial, noise), n_trials=trials)
                best[name, kind].append(study.best_value)
    print(f"optuna {optuna.__version__}, {seeds} seeds, {trials} trials; medians of the best value")
    print("| function | random | ours independent | Optuna independent | p | ours joint | Optuna joint | p |")
    print("|---|---|---|---|---|---|---|---|")
    for name in chosen:
        cells = [f"{statistics.median(best[name, 'random']):.4f}"]
        for kind in "independent", "joint":
            ours, theirs = best[name, kind], best[name, "optuna " + kind]
            p = mannwhitneyu(ours, theirs).pvalue
            cells += [f"{statistics.median(ours):.4f}", f"{statistics.median(theirs):.4f}", f"{p:.2f}"]
        print(f"| {name} | " + " | ".join(cells) + " |")


if __name__ == "__main__":
    import warnings

    warnings.filterwarnings("ignore")
    main()
