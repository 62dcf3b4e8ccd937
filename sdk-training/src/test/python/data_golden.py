"""Writes the golden numbers of the quality and prepare packages. Argument: the output folder.

Written with scikit-learn 1.9.1, SciPy 1.17.1 and statsmodels 0.15.0. Confident learning is computed here from the paper
(Northcutt et al. 2021), row by row, as a second implementation.
"""

import json
import pathlib
import sys
import warnings

import numpy as np
from scipy import special, stats
from scipy.spatial import distance
from sklearn.impute import SimpleImputer
from sklearn.metrics import cohen_kappa_score
from sklearn.preprocessing import MinMaxScaler, RobustScaler, StandardScaler
from sklearn.utils.class_weight import compute_class_weight
from statsmodels.stats.inter_rater import cohens_kappa, fleiss_kappa

OUT = pathlib.Path(sys.argv[1])
random = np.random.default_rng(20)
warnings.simplefilter("error")


def shares(counts):
    return np.maximum(np.asarray(counts) / np.sum(counts), 1e-4)


def psi(reference, current):
    r, c = shares(reference), shares(current)
    return float(np.sum((c - r) * np.log(c / r)))


def samples():
    cases = []
    for a, b in [
            (random.normal(0, 1, 200), random.normal(0.3, 1, 150)),
            (np.round(random.normal(0, 2, 80)), np.round(random.normal(0, 3, 120))),
            (random.exponential(1, 300), random.exponential(1, 300)),
            (random.normal(5, 1, 60), random.normal(50, 1, 60)),
            (np.array([1.0]), np.array([1.0, 2.0]))]:
        statistic = stats.ks_2samp(a, b).statistic
        effective = len(a) * len(b) / (len(a) + len(b))
        edges = np.unique(np.quantile(a, np.arange(1, 10) / 10))
        bins = lambda x: np.bincount(np.searchsorted(edges, x, side="left"), minlength=len(edges) + 1)
        cases.append({
            "a": a.tolist(), "b": b.tolist(), "ks": float(statistic),
            "asymptotic": float(special.kolmogorov(np.sqrt(effective) * statistic)),
            "exact": float(stats.ks_2samp(a, b, method="exact").pvalue) if len(a) > 1 else 1.0,
            "wasserstein": float(stats.wasserstein_distance(a, b)), "psi": psi(bins(a), bins(b))})
    return cases


def counts():
    cases = []
    for a, b in [([10, 20, 30], [12, 18, 33]), ([50, 30, 20, 5], [20, 40, 30, 9]), ([7, 0, 3], [5, 4, 0]),
                 ([1000, 1200], [1100, 900]), ([5, 0], [0, 8]), ([4, 4, 0, 9], [3, 5, 0, 8])]:
        a, b = np.array(a), np.array(b)
        used = (a + b) > 0
        test = stats.chi2_contingency(np.array([a[used], b[used]]), correction=False)
        cases.append({
            "a": a.tolist(), "b": b.tolist(), "chiSquare": float(test.statistic), "pValue": float(test.pvalue),
            "jensenShannon": float(distance.jensenshannon(a, b, base=2)),
            "totalVariation": float(np.abs(a / a.sum() - b / b.sum()).sum() / 2), "psi": psi(a, b)})
    return cases


def gamma():
    return [{"a": a, "x": x, "upper": float(special.gammaincc(a, x))}
            for a in [0.5, 1, 1.5, 3, 10, 50.5, 1000] for x in [1e-6, 0.1, 0.5, 1, 2.5, 9, 40, 60, 950, 1100]]


def kappas():
    cases = []
    for classes, rows, agreement in [(2, 50, 0.8), (4, 120, 0.6), (5, 300, 0.1), (3, 40, 0.95)]:
        first = random.integers(classes, size=rows)
        second = np.where(random.random(rows) < agreement, first, random.integers(classes, size=rows))
        table = np.zeros((classes, classes))
        np.add.at(table, (first, second), 1)
        case = {"first": first.tolist(), "second": second.tolist(), "classes": classes}
        for name, weights, kind in [("UNWEIGHTED", None, None), ("LINEAR", "linear", "linear"),
                                    ("QUADRATIC", "quadratic", "quadratic")]:
            case[name] = float(cohen_kappa_score(first, second, weights=weights, labels=range(classes)))
            result = cohens_kappa(table, wt=kind)
            case[name + "-error"] = float(result.std_kappa)
        cases.append(case)
    return cases


def fleiss():
    cases = []
    for rows, classes, raters in [(20, 3, 4), (50, 2, 7), (12, 6, 5)]:
        table = np.array([random.multinomial(raters, random.dirichlet(np.ones(classes))) for _ in range(rows)])
        cases.append({"counts": table.tolist(), "kappa": float(fleiss_kappa(table))})
    return cases


def confident(rows, classes, noise):
    truth = random.integers(classes, size=rows)
    scores = random.normal(0, 1, (rows, classes))
    scores[np.arange(rows), truth] += 2.5
    p = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    p = p.astype(np.float32)
    labels = np.where(random.random(rows) < noise, random.integers(classes, size=rows), truth)
    thresholds = [float(np.mean([float(p[i, k]) for i in range(rows) if labels[i] == k])) for k in range(classes)]
    joint = np.zeros((classes, classes), dtype=int)
    off_diagonal = []
    for i in range(rows):
        above = [k for k in range(classes) if p[i, k] >= thresholds[k]]
        if above:
            found = max(above, key=lambda k: p[i, k])
            joint[labels[i], found] += 1
            if found != labels[i]:
                off_diagonal.append(i)
    size = np.bincount(labels, minlength=classes)
    q = joint / joint.sum(axis=1, keepdims=True) * (size / rows)[:, None]
    by_class, by_rate = set(), set()
    for k in range(classes):
        own = [i for i in range(rows) if labels[i] == k]
        wrong = int(np.floor(rows * (q[k].sum() - q[k, k]) + 0.5))
        by_class |= set(sorted(own, key=lambda i: p[i, k])[:wrong])
        for j in range(classes):
            if j != k:
                by_rate |= set(sorted(own, key=lambda i: float(p[i, k]) - float(p[i, j]))[:int(np.floor(rows * q[k, j] + 0.5))])
    margin = lambda i: float(p[i, labels[i]]) - max(float(p[i, k]) for k in range(classes) if k != labels[i])
    return {
        "probabilities": [[float(x) for x in row] for row in p], "labels": labels.tolist(), "thresholds": thresholds,
        "confidentJoint": joint.tolist(), "joint": q.tolist(),
        "CONFIDENT_JOINT": off_diagonal, "BY_CLASS": sorted(by_class), "BY_NOISE_RATE": sorted(by_rate),
        "BY_BOTH": sorted(by_class & by_rate),
        "SELF_CONFIDENCE": sorted(by_rate, key=lambda i: p[i, labels[i]]), "NORMALIZED_MARGIN": sorted(by_rate, key=margin)}


def columns():
    x = np.round(np.concatenate([random.normal(50, 10, 40), [500, -300]]), 3)
    holes = x.copy()
    holes[::7] = np.nan
    imputed = lambda how: float(SimpleImputer(strategy=how).fit(holes.reshape(-1, 1)).statistics_[0])
    labels = random.choice(3, size=60, p=[0.7, 0.2, 0.1])
    scaled = lambda scaler: scaler.fit_transform(x.reshape(-1, 1)).ravel().tolist()
    low, high = np.quantile(x, [0.25, 0.75])
    centre = np.median(x)
    reach = 3.5 * stats.median_abs_deviation(x, scale="normal")
    return {
        "x": x.tolist(), "holes": [None if np.isnan(v) else float(v) for v in holes],
        "mean": imputed("mean"), "median": imputed("median"),
        "standardize": scaled(StandardScaler()), "minMax": scaled(MinMaxScaler()), "robust": scaled(RobustScaler()),
        "quantiles": np.quantile(x, [0.05, 0.25, 0.5, 0.75, 0.95]).tolist(),
        "sampleDeviation": float(np.std(x, ddof=1)),
        "iqr": [float(low - 1.5 * (high - low)), float(high + 1.5 * (high - low))],
        "zScore": [float(x.mean() - 3 * np.std(x, ddof=1)), float(x.mean() + 3 * np.std(x, ddof=1))],
        "mad": [float(centre - reach), float(centre + reach)],
        "labels": labels.tolist(),
        "classWeights": compute_class_weight("balanced", classes=np.arange(3), y=labels).tolist()}


def correlations():
    a = random.normal(0, 1, 30)
    b = -2 * a + random.normal(0, 0.5, 30)
    return {"a": a.tolist(), "b": b.tolist(), "pearson": float(stats.pearsonr(a, b).statistic)}


with open(OUT / "quality.json", "w") as out:
    json.dump({"samples": samples(), "counts": counts(), "gamma": gamma(), "cohen": kappas(), "fleiss": fleiss(),
               "confident": [confident(120, 3, 0.2), confident(90, 4, 0.4)], "correlation": correlations()}, out)
with open(OUT / "prepare.json", "w") as out:
    json.dump(columns(), out)
