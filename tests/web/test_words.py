import pytest

from articles import add_translated

PAIRS = [
    ("Rumah besar.", "Big house."),
    ("Ia mempertimbangkan itu.", "He is considering it."),
]
SOURCES, TARGETS = zip(*PAIRS, strict=True)


@pytest.fixture
def article(library):
    return add_translated(library, "\n\n".join(SOURCES), TARGETS)


def test_links_of_a_block_come_as_numbers(client, article):
    answer = client.get(f"/articles/{article}/words/0")
    assert answer.json == [[[0, 5, 6, 11], [0, 3, 4, 9], [0, 1, 1, 0]]]


def test_a_word_is_looked_up_by_its_place(client, article):
    page = client.get(f"/articles/{article}/words/1-0/1").text
    assert "timbang" in page
    assert "memper-…-kan" in page
    assert "considering" in page


def test_an_edited_sentence_is_linked_anew(client, article):
    form = {"target": "A house, a big one.", "seen": "Big house."}
    client.post(f"/articles/{article}/segments/0-0", data=form)
    [[_, targets, links]] = client.get(f"/articles/{article}/words/0").json
    house = 1  # of "A house a big one"
    assert targets[2 * house : 2 * house + 2] == [2, 7]
    assert [0, house] in [links[i : i + 2] for i in range(0, len(links), 2)]


@pytest.mark.parametrize(
    "place", ["words/2", "words/2-0/0", "words/0-1/0", "words/0-0/2"]
)
def test_a_place_without_a_word_is_not_found(client, article, place):
    assert client.get(f"/articles/{article}/{place}").status_code == 404
