"""What is new in the words is marked, word by word, and stays harmless."""

from hypothesis import given
from hypothesis import strategies as st

from consent.diff import changes, marked, marked_rich
from consent.models import Wording
from consent.rich import html


def test_new_words_and_words_that_went_are_marked() -> None:
    assert marked("in the journal", "in the journal and online") == "in the journal<ins> and online</ins>"
    assert marked("one letter a month", "one letter a week") == "one letter a <del>month</del><ins>week</ins>"
    assert marked("a month", "a week", gone=False) == "a <ins>week</ins>"
    assert marked("same", "same") == "same"


def test_what_was_written_anew_is_no_patchwork() -> None:
    before = "What we are working on, one letter on the first day of each month."
    page = marked(before, "Twice a month, with offers of books.")
    assert page == f"<del>{before[:-1]}</del><ins>Twice a month, with offers of books</ins>."
    few = marked("a letter with news of books each year", "a card with news of books each month")
    assert few == "a <del>letter</del><ins>card</ins> with news of books each <del>year</del><ins>month</ins>"


def test_marks_are_escaped() -> None:
    assert marked("a", "<b>&amp;") == "<del>a</del><ins>&lt;b&gt;&amp;amp;</ins>"


def test_of_rich_text_the_tags_are_those_of_now() -> None:
    page = marked_rich("Old.", "New.\n\n- *one*")
    assert page == "<p><del>Old</del><ins>New</ins>.</p>\n<ul>\n<li><em><ins>one</ins></em></li>\n</ul>"


@given(
    st.text(alphabet="ab <>&'\"*[]()\n-1.", max_size=60), st.text(alphabet="ab <>&'\"*[]()\n-1.", max_size=60)
)
def test_without_its_marks_it_is_what_stands_there_now(before: str, after: str) -> None:
    page = marked_rich(before, after, gone=False)
    assert page.replace("<ins>", "").replace("</ins>", "") == html(after)


def test_changes_names_what_differs_and_nothing_else() -> None:
    old = Wording(name="Letter", title="May we?", text="Once a *month*.", stops="")
    new = Wording(name="Letter", title="May we?", text="Once a *week*.", stops="The letter")
    assert changes(old, new) == [
        ("Text", "<p>Once a <em><del>month</del><ins>week</ins></em>.</p>"),
        ("What a no stops", "<ins>The letter</ins>"),
    ]
