"""Learning from decisions: for each goal a model that is fitted again from what curators said, and rates what waits.

examples.py    what is learned from: the decisions that stand, on words that may be learned from
fitting.py     when a model is due, and fitting it: a new version, in one transaction
rating.py      rating what waits, and where the queue puts it
emptying.py    a model whose texts are gone, or that somebody deletes, loses its words
measures.py    how good a model is: AUC, Brier score, calibration
drift.py       whether what comes in and what is decided still look like what was learned
showing.py     what was learned and from which decisions, for people

A model is derived from state alone: decisions that stand, words that stand, the goal as it is configured. So a kill
loses nothing, and what is forgotten there is forgotten here. Content is rated, never a person.
"""
