"""Why a row, or a file, was refused or left alone: a code in the report, a sentence for the reader, never the value."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from ams.imports.read import Unreadable
from privacy.declarations import Text

# The row is not in.
REFUSED: Final[dict[str, Text]] = {
    "no_name": _("There is no name."),
    "several_people": _("These are several people. Give each a row."),
    "nobody": _(
        "There is neither an e-mail nor a member number, so the person could not be recognised next time."
    ),
    "bad_email": _("This is not an e-mail address."),
    "bad_date": _("This is not a date. Write 1984-05-06, 6.5.1984 or 06/05/1984."),
    "short_year": _("This year has two figures and could be of either century. Write all four."),
    "which_order": _("The day and the month could be swapped here. Say which of them comes first."),
    "bad_country": _("This country is not known. Write its two letters or its name."),
    "bad_language": _("The association does not speak this language."),
    "too_long": _("This is too long."),
    "bad_characters": _("There are characters here that no text has."),
    "artefact": _("The spreadsheet wrote a mistake of its own here, and the value is lost. Write it again."),
    "rounded": _("The spreadsheet has rounded this number. Format the column as text and write it again."),
    "too_many_cells": _(
        "There are more cells here than headings: a separator inside a cell needs quotation marks around it."
    ),
    "taken_meanwhile": _("Somebody was entered with this e-mail or member number in the same moment."),
    "two_people": _("The e-mail belongs to one person and the member number to another."),
    "other_name": _("This member number belongs to somebody with another name and birthday."),
    "other_number": _("We know somebody of this name and e-mail under another member number."),
    "other_birthday": _(
        "We know somebody of this name and e-mail with another birthday. Give the member number of each."
    ),
    "unsure": _("Several people could be meant. Give the member number."),
}
# The row is in, but for this.
LEFT: Final[dict[str, Text]] = {
    "kept": _("We hold something else here already, and kept it."),
    "shared_email": _(
        "Others have this e-mail too: it is kept as a further one, without a letter or a login."
    ),
    "no_year": _("The year is missing, so the date was left out."),
    "paused": _("This person's data is paused, so nothing was changed."),
}
# The list as a whole is not read.
OF_THE_LIST: Final[dict[str, Text]] = {
    "file_too_large": _("The file is larger than 50 MB."),
    "broken_characters": _("The characters of the file cannot be read. Save it as CSV, UTF-8."),
    "not_a_table": _("This is not a table of text. Save it as CSV."),
    "too_wide": _("There are more than 500 columns. Leave out those that we do not need."),
    "open_quote": _("A quotation mark is opened and never closed. Look at line %(line)s first."),
    "empty_file": _("There is nothing in the file."),
    "no_such_line": _("The file has no such line with headings."),
    "erased_since": _("Somebody was erased since this list was uploaded. Upload it again."),
    "gone": _(
        "The file is not here any more: it goes after a week, or when somebody is erased. Upload it again."
    ),
    "no_columns": _("No column says who somebody is: an e-mail or a member number is needed, and a name."),
}
REASONS: Final = REFUSED | LEFT | OF_THE_LIST


def sentence(refusal: Unreadable) -> str:
    """Why a file was refused as a whole."""
    return str(REASONS[refusal.reason]) % {"line": refusal.line}
