# SPDX-License-Identifier: MIT OR Apache-2.0
"""Seconds that a learner takes to fit a table in memory, after one fit to warm up: spark kmeans --data FOLDER

The folder is the one that `ml --make` names.
"""
import pathlib

import common

N_GROUPS = 10
FEATURES = [f"x{index}" for index in range(20)]
LABEL = "label"


def scikit_learn(file):
    import numpy
    import pyarrow.parquet
    from sklearn.cluster import KMeans
    from sklearn.tree import DecisionTreeClassifier

    table = pyarrow.parquet.read_table(file)
    x = numpy.stack([table[name].to_numpy() for name in FEATURES], axis=1)
    y = table[LABEL].to_numpy().astype("int32")
    kmeans = KMeans(N_GROUPS, init="random", n_init=1, max_iter=20, tol=0, random_state=0)
    # it tries all splits, not 32 of each feature
    tree = DecisionTreeClassifier(max_depth=5, random_state=0)
    return {
        "kmeans": (lambda: kmeans.fit(x), lambda model: float(model.inertia_)),
        "decision_tree": (lambda: tree.fit(x, y), lambda model: float(model.score(x, y))),
    }


def spark(file):
    from pyspark.ml.classification import DecisionTreeClassifier
    from pyspark.ml.clustering import KMeans
    from pyspark.ml.evaluation import MulticlassClassificationEvaluator
    from pyspark.ml.feature import VectorAssembler

    table = common.spark_session().read.parquet(file)
    assembler = VectorAssembler(inputCols=FEATURES, outputCol="features")
    rows = assembler.transform(table).select("features", LABEL).cache()
    rows.count()
    kmeans = KMeans(k=N_GROUPS, initMode="random", maxIter=20, tol=0.0, seed=0)
    tree = DecisionTreeClassifier(maxDepth=5, maxBins=32)
    evaluator = MulticlassClassificationEvaluator(metricName="accuracy")
    return {
        "kmeans": (lambda: kmeans.fit(rows), lambda model: model.summary.trainingCost),
        "decision_tree": (lambda: tree.fit(rows), lambda model: evaluator.evaluate(model.transform(rows))),
    }


engines = {"scikit-learn": scikit_learn, "spark": spark}
given = common.arguments(engines, ["kmeans", "decision_tree"])
fit, answer = engines[given.engine](str(pathlib.Path(given.data or ".", "ml.parquet")))[given.row]
fit()
measured = [common.seconds(fit) for _ in range(given.rounds)]
common.report(given, "s", [seconds for seconds, _ in measured], answer=answer(measured[-1][1]))
