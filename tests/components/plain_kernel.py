"""Similarities of questions by their definition, with nothing done to be fast or small."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from components.classifier.similarities import MEANING_SHARE, SHARPNESS


def similarities(cosines: np.ndarray, spelled: sparse.csr_matrix, known: sparse.csr_matrix) -> np.ndarray:
    """Of texts to known questions (n_texts, n_known), both given by the terms they are spelled with."""
    meaning = np.exp(SHARPNESS * (cosines.astype(float) - 1.0))
    return np.asarray(MEANING_SHARE * meaning + (1.0 - MEANING_SHARE) * (spelled @ known.T).toarray())
