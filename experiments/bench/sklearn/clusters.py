"""Clusterings by scikit-learn, beside one that is given, all judged by sklearn.metrics.

    clusters.py ROWS.f64 COLUMNS K GIVEN.i32 TRUTH.i32|-

ROWS.f64 holds little-endian float64 values, row by row; GIVEN.i32 and TRUTH.i32 a
little-endian int32 label a row. Prints a line of JSON for the given clustering and for
each method: seconds of the clock and of the processor for fitting and assigning (of
the methods), silhouette (of 5,000 rows at most), davies_bouldin and, with a truth, ari.
"""
import json
import sys
import time

import numpy
from sklearn import metrics
from sklearn.cluster import KMeans
from sklearn.mixture import GaussianMixture

rows, columns, k, given, truth = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4], sys.argv[5]
x = numpy.fromfile(rows, "<f8").reshape(-1, columns)
truth = None if truth == "-" else numpy.fromfile(truth, "<i4")


def judge(name, labels, **times):
    line = {"method": name, "clusters": len(set(labels)), **times}
    if line["clusters"] > 1:
        line["silhouette"] = metrics.silhouette_score(x, labels, sample_size=min(5000, len(x)), random_state=0)
        line["davies_bouldin"] = metrics.davies_bouldin_score(x, labels)
    if truth is not None:
        line["ari"] = metrics.adjusted_rand_score(truth, labels)
    print(json.dumps(line), flush=True)


judge("given", numpy.fromfile(given, "<i4"))
for name, method in {
    "KMeans(n_init=10)": KMeans(k, n_init=10, random_state=0),
    "GaussianMixture(n_init=5)": GaussianMixture(k, n_init=5, random_state=0),
}.items():
    clock, processor = time.perf_counter(), time.process_time()
    labels = method.fit_predict(x)
    judge(name, labels, seconds=time.perf_counter() - clock, cpu_seconds=time.process_time() - processor)
