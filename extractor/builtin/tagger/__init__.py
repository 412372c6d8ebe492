"""The trained tagger: labels of a linear chain become candidates, and a judge tells which are attributions."""

from .judging import choose
from .network import Network
from .proposals import Candidate, Tagged, cue_range, tag
from .weights import Trait, Weights, shipped, version

__all__ = ["Candidate", "Network", "Tagged", "Trait", "Weights", "choose", "cue_range", "shipped", "tag", "version"]
