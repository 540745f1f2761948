"""JSON that real and ill-meant sources send, and hypothesis strategies for any JSON."""

from typing import Any

from hypothesis import strategies as st

AWKWARD_KEYS = [
    "a.b",
    "",
    "items",
    "__class__",
    "constructor",
    "\\",
    "a\\.b",
    ".",
    "..",
    "\\\\.",
    "é",
]

TEXTS = [
    "plain",
    "",
    " \n\t ",
    "<script>alert(1)</script>",
    "{{ 7*7 }} {% now %}",
    "\u202egnp.exe\u202c",
    "zero\u200bwidth",
    "\x1b[31mred\x1b[0m",
    "a\x00b",
    "lone \ud83d surrogate",
    "'; DROP TABLE trace; --",
    "=HYPERLINK(1)",
    "long " * 2000,
]

VALUES: list[Any] = [
    *TEXTS,
    None,
    True,
    0,
    -1,
    10**30,
    1.5,
    float("nan"),
    float("-inf"),
    [],
    {},
    [[], {}],
    {key: key for key in AWKWARD_KEYS},
    {"role": "user"},
    {"role": None, "content": {}},
    {"role": "assistant", "tool_calls": "broken"},
    {"role": "assistant", "tool_calls": [None, 3, {"function": None}, {"function": "f"}]},
    {"role": "assistant", "content": [{"type": "tool_use"}, {"type": "tool_result"}, None, 7]},
    {"role": "tool", "tool_call_id": 5, "content": {"type": "image_url"}},
    {"role": "user", "content": [{"type": "image_url", "image_url": {"url": 3}}]},
    {"role": "user", "content": [{"type": "image", "source": {"type": "base64"}}]},
]

scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    # Surrogates too: JSON can spell them.
    st.text(st.characters(codec=None, exclude_categories=()), max_size=20),
    st.sampled_from(VALUES),
)
keys = st.one_of(st.sampled_from(AWKWARD_KEYS), st.text(max_size=5))
message_keys = st.sampled_from(["role", "content", "tool_calls", "name", "tool_call_id", "type"])


def json_values(key: st.SearchStrategy[str] = keys) -> st.SearchStrategy[Any]:
    """Any JSON value, with NaN, surrogates and U+0000 as Python's reader lets them through."""
    return st.recursive(
        scalars,
        lambda inner: st.one_of(
            st.lists(inner, max_size=4), st.dictionaries(key, inner, max_size=4)
        ),
        max_leaves=15,
    )


json_objects = st.dictionaries(keys, json_values(), max_size=5)
odd_messages = st.lists(
    st.one_of(
        json_values(),
        st.fixed_dictionaries(
            {"role": st.sampled_from(["user", "assistant", "tool", "system", "critic", ""])},
            optional={
                "content": json_values(message_keys),
                "tool_calls": json_values(message_keys),
                "tool_call_id": scalars,
                "name": scalars,
            },
        ),
    ),
    min_size=1,
    max_size=5,
)


def nested(levels: int) -> Any:
    """Lists inside each other, `levels` of them."""
    value: Any = []
    for _ in range(levels - 1):
        value = [value]
    return value
