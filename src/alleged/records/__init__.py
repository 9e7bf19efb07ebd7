"""Records of a project: bundles, corpus, settings, articles, second readings."""
