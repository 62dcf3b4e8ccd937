"""Writes the golden scores of sdk-training from scikit-learn and SciPy (written with 1.9.1 and 1.17.1). Argument: the output file.

Inputs are float32; all arithmetic is float64. Probabilities are clipped before the log-loss as scikit-learn clips float32.
"""

import json
import pathlib
import sys

import numpy as np
from scipy import stats
from sklearn import metrics

EPS = float(np.finfo(np.float32).eps)


def softmax(logits):
    exp = np.exp(logits - logits.max(axis=1, keepdims=True))
    return (exp / exp.sum(axis=1, keepdims=True)).astype(np.float32)


def log_loss(p, y):
    true = np.clip(p[np.arange(len(y)), y], EPS, 1 - EPS)
    return float(-np.log(true).mean())


def calibration_error(p, y, bins=15):
    confidence, right = p.max(axis=1), p.argmax(axis=1) == y
    bin_of = np.clip(np.ceil(confidence * bins).astype(int) - 1, 0, bins - 1)
    total = 0.0
    for b in range(bins):
        inside = bin_of == b
        if inside.any():
            total += inside.sum() * abs(confidence[inside].mean() - right[inside].mean())
    return float(total / len(y))


def classification(p32, y):
    p = p32.astype(np.float64)
    classes = p.shape[1]
    present = [k for k in range(classes) if (y == k).any()]
    decided = p.argmax(axis=1)
    one_hot = np.eye(classes)[y]
    scores = {}
    for average, suffix in (("macro", ""), ("weighted", "Weighted")):
        precision, recall, f1, _ = metrics.precision_recall_fscore_support(
            y, decided, labels=present, average=average, zero_division=0)
        scores |= {"precision" + suffix: precision, "recall" + suffix: recall, "f1" + suffix: f1}
        if classes == 2:
            auc = metrics.roc_auc_score(y, p[:, 1])
            ap = metrics.average_precision_score(y, p[:, 1])
        else:
            auc = metrics.roc_auc_score(one_hot[:, present], p[:, present], average=average)
            ap = metrics.average_precision_score(one_hot[:, present], p[:, present], average=average)
        scores |= {"rocAuc" + suffix: auc, "averagePrecision" + suffix: ap}
    scores |= {
        "accuracy": metrics.accuracy_score(y, decided),
        "balancedAccuracy": metrics.recall_score(y, decided, labels=present, average="macro"),
        "matthews": metrics.matthews_corrcoef(y, decided),
        "logLoss": log_loss(p, y),
        "brier": metrics.brier_score_loss(y, p[:, 1]) if classes == 2 else ((p - one_hot) ** 2).sum(axis=1).mean(),
        "calibrationError": calibration_error(p, y),
    }
    if classes == len(present):
        assert np.isclose(scores["logLoss"], metrics.log_loss(y, p32), rtol=1e-5)
        if classes > 2:
            assert np.isclose(scores["brier"], metrics.brier_score_loss(y, p32, scale_by_half=False), rtol=1e-5)
    per_class = metrics.precision_recall_fscore_support(y, decided, labels=range(classes), zero_division=0)
    return {
        "probabilities": p32.astype(float).tolist(),
        "labels": y.tolist(),
        "scores": {k: float(v) for k, v in scores.items()},
        "confusion": metrics.confusion_matrix(y, decided, labels=range(classes)).tolist(),
        "perClass": [[float(v) for v in values] for values in zip(*per_class)],
        "top2": float(metrics.top_k_accuracy_score(y, p if classes > 2 else p[:, 1], k=2, labels=range(classes))),
    }


def regression(prediction, truth):
    p, y = prediction.astype(np.float64), truth.astype(np.float64)
    return {
        "predictions": p.tolist(),
        "targets": y.tolist(),
        "scores": {
            "mse": metrics.mean_squared_error(y, p),
            "rmse": metrics.root_mean_squared_error(y, p),
            "mae": metrics.mean_absolute_error(y, p),
            "medianAbsoluteError": metrics.median_absolute_error(y, p),
            "r2": metrics.r2_score(y, p),
            "explainedVariance": metrics.explained_variance_score(y, p),
            "meanAbsolutePercentageError": metrics.mean_absolute_percentage_error(y, p),
            "maxError": max(metrics.max_error(y[:, t], p[:, t]) for t in range(y.shape[1])),
        },
    }


def main():
    random = np.random.default_rng(20261121)
    cases = {}
    positive = np.round(random.beta(2, 2, 200), 1)  # many ties, zeros and ones
    labels = (random.random(200) < positive * 0.8).astype(int)
    cases["binaryTies"] = classification(np.stack([1 - positive, positive], axis=1).astype(np.float32), labels)
    positive = random.random(60).astype(np.float32)
    cases["binaryRare"] = classification(
        np.stack([1 - positive, positive], axis=1), (np.arange(60) % 20 == 0).astype(int))
    labels = random.choice(4, 150, p=[0.5, 0.3, 0.15, 0.05])
    cases["fourClasses"] = classification(softmax(random.normal(0, 1.5, (150, 4)) + 1.5 * np.eye(4)[labels]), labels)
    labels = random.choice([0, 1, 3, 4, 6], 90)
    cases["absentClasses"] = classification(softmax(random.normal(0, 1, (90, 7)) + np.eye(7)[labels]), labels)
    truth = random.normal(0, 3, (80, 2)) + [0, 1000]
    predicted = truth + random.normal(0.3, 1, (80, 2))
    result = {
        "classification": cases,
        "regression": {
            "two": regression(predicted.astype(np.float32), truth.astype(np.float32)),
            "odd": regression(predicted[:41, :1].astype(np.float32), truth[:41, :1].astype(np.float32)),
        },
        "studentCdf": [
            [df, t, float(stats.t.cdf(t, df))] for df in (1, 2, 3, 4, 9, 10, 49, 200) for t in (-3.5, -1, 0, 0.3, 2, 7)],
        "studentQuantile": [
            [df, q, float(stats.t.ppf(q, df))] for df in (1, 2, 3, 9, 10, 49, 200) for q in (0.6, 0.9, 0.975, 0.995)],
    }
    pathlib.Path(sys.argv[1]).write_text(json.dumps(result, separators=(",", ":")) + "\n")


main()
