"""A deterministic model that answers by word matching. It is not Claude and holds no knowledge of any evalset.

Everything it knows stands in the request: it reads options, answer shape and rules from the prompt and does what is
stated there, and nothing that is not. So editing a prompt moves its scores, which is what the demo needs.
"""

from evaltui.sandbox.lexical.model import Lexical
from evaltui.sandbox.lexical.tokens import count_tokens

__all__ = ["Lexical", "count_tokens"]
