"""Parts that repeat from item to item: which, how they are marked, how they are folded."""

from typing import Any

from hypothesis import given

from tests.traces.hostile import json_objects
from traces.ingest.cleaning import clean_json
from traces.reading.repeats import MOST_OF_ITEM, SHORTEST, Repeats, fold_of, part_marks
from traces.reading.sections import read_content

POLICY = "You are an airline agent. " * 20
PREAMBLE = "Read the contract and answer as a lawyer would.\n\n" + "Terms apply to all. " * 20
QUESTION = "May she cancel?"


def chat(system: str = POLICY, user: str = QUESTION) -> dict[str, Any]:
    return {"messages": [{"role": "system", "content": system}, {"role": "user", "content": user}]}


def shared(*contents: dict[str, Any]) -> Repeats:
    """What all of these inputs have in common."""
    marks = [set(part_marks(inputs, {})) for inputs in contents]
    return Repeats(every=frozenset(set.intersection(*marks)))


def texts(inputs: dict[str, Any], outputs: dict[str, Any], repeats: Repeats) -> list[Any]:
    """For each text shown: what of it is folded, and the rest."""
    reading = read_content({"inputs": inputs, "outputs": outputs}, repeats=repeats)
    found = []
    for section in reading.sections:
        turns = section.chat.turns if section.chat else []
        found += [(turn.text.folded, turn.text.text) for turn in turns if turn.text]
        found += [(section.text.folded, section.text.text)] if section.text else []
    return found


def test_a_system_prompt_that_repeats_is_folded_whole_and_a_short_text_is_not() -> None:
    repeats = shared(chat(user="Hello"), chat(user="Hello"))
    assert texts(chat(), {}, repeats) == [(POLICY, ""), ("", QUESTION)]
    assert texts(chat(system=POLICY + "!"), {}, repeats)[0] == ("", POLICY + "!")


def test_a_preamble_is_folded_and_what_differs_is_not() -> None:
    inputs = [chat(user=f"{PREAMBLE}\n\nClause {number}: {QUESTION}") for number in range(2)]
    repeats = shared(*inputs)
    (_, (folded, rest)) = texts(inputs[0], {}, repeats)
    assert folded == f"{PREAMBLE}\n\n"
    assert rest == f"Clause 0: {QUESTION}"


def test_a_text_among_the_inputs_is_folded_and_one_of_the_outputs_never() -> None:
    inputs, outputs = {"context": POLICY}, {"answer": POLICY}
    said = {"messages": [{"role": "assistant", "content": POLICY}]}
    repeats = shared(inputs, inputs)
    assert texts(inputs, outputs, repeats) == [(POLICY, ""), ("", POLICY)]
    assert texts(said, said, repeats) == [("", POLICY)]


def test_a_preamble_never_ends_within_a_code_block() -> None:
    code = "```\n" + "line\n\n" * 80 + "```"
    marks = sorted(part_marks({"a": f"{code}\n\nfirst"}, {}).values())
    assert marks == [len(code) + 2, len(code) + 7]


def test_the_line_says_whether_all_the_others_have_it() -> None:
    (mark,) = part_marks({"a": POLICY}, {})
    every = fold_of(POLICY, Repeats(every=frozenset([mark])))
    most = fold_of(POLICY, Repeats(most=frozenset([mark])))
    assert every is not None
    assert most is not None
    assert every.word == "Same as in the other items"
    assert most.word == "Same as in most other items"
    assert fold_of(POLICY, Repeats()) is None


@given(json_objects, json_objects)
def test_any_content_has_few_marks_and_folding_loses_nothing(
    inputs: dict[str, Any], outputs: dict[str, Any]
) -> None:
    inputs, outputs = clean_json(inputs)[0], clean_json(outputs)[0]
    marks = part_marks(inputs, outputs)
    assert len(marks) <= MOST_OF_ITEM
    assert all(length >= SHORTEST for length in marks.values())
    repeats = Repeats(every=frozenset(marks))
    whole = [text for _, text in texts(inputs, outputs, Repeats())]
    assert ["".join(pair) for pair in texts(inputs, outputs, repeats)] == whole


def test_a_text_of_many_paragraphs_has_few_marks() -> None:
    assert len(part_marks({"a": "paragraph\n\n" * 100_000}, {})) <= MOST_OF_ITEM
