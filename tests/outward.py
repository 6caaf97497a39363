"""Reads code as a tree and names its ways out: what a module could send with, and every letter that it writes."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[1]
PRODUCT: Final = ("ams", "consent", "erasure", "portability", "privacy", "webhooks")
# Modules with which bytes can leave this process, and our own one that dials.
DOORS: Final = (
    "aiohttp", "asyncio", "django.core.mail", "ftplib", "http.client", "httpx", "imaplib", "multiprocessing",
    "nntplib", "os.exec", "os.popen", "os.posix_spawn", "os.spawn", "os.system", "paramiko", "poplib", "pycurl",
    "requests", "smtplib", "socket", "socketserver", "ssl", "subprocess", "telnetlib", "urllib.request", "urllib3",
    "webhooks.dial", "websockets", "xmlrpc",
)  # fmt: skip
# What is named in a string could be any of them.
BY_NAME: Final = ("__import__", "import_module", "import_string", "eval", "exec")
# Settings that name a function of ours which reads. PRIVACY_MAILER is none of them.
HOOKS: Final = (
    "CONSENT_FACTS",
    "CONSENT_AUDIENCE",
    "CONSENT_NUMBERS",
    "CONSENT_SHARED_FIELDS",
    "ERASURE_OBSTACLE",
    "ERASURE_OWED",
    "PRIVACY_SECOND_PROOF",
)
MAKES: Final = {"create", "bulk_create", "get_or_create", "update_or_create"}


def product_code() -> list[Path]:
    found = [path for app in PRODUCT for path in (ROOT / app).rglob("*.py")]
    return sorted([*found, ROOT / "manage.py"])


def doors(path: Path) -> set[str]:
    """The ways out that this module has in hand."""
    tree = ast.parse(path.read_text())
    names = names_of(tree)
    harmless = {node.func for node in ast.walk(tree) if isinstance(node, ast.Call) and is_a_hook(node, names)}
    used = {dotted(node, names) for node in ast.walk(tree) if node not in harmless}
    imported = {name for meant in names.values() for name in meant}
    reached = {door for name in used | imported for door in DOORS if opens(name, door)}
    return reached | {last for name in used if (last := name.rpartition(".")[2]) in BY_NAME}


def is_a_hook(call: ast.Call, names: dict[str, set[str]]) -> bool:
    """`import_string(settings.CONSENT_FACTS)`: what stands there is ours, and sends nothing."""
    if not dotted(call.func, names).endswith("import_string") or len(call.args) != 1:
        return False
    return dotted(call.args[0], names).removeprefix("django.conf.settings.") in HOOKS


def opens(name: str, door: str) -> bool:
    """`os.exec` stands for its whole family, the others for themselves and what is in them."""
    return name == door or name.startswith(door if door.startswith("os.") else f"{door}.")


def names_of(tree: ast.AST) -> dict[str, set[str]]:
    """What each name that was imported here means, in full."""
    names: dict[str, set[str]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for each in node.names:
                whole = each.name if each.asname else each.name.partition(".")[0]
                names.setdefault(each.asname or whole, set()).update({whole, each.name})
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for each in node.names:
                names.setdefault(each.asname or each.name, set()).add(f"{node.module}.{each.name}")
    return names


def dotted(node: ast.AST, names: dict[str, set[str]]) -> str:
    """`mail.send_mail` as django.core.mail.send_mail; a built-in as itself; nothing for what is no name."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return ""
    begins = min(names.get(node.id, {node.id}), key=len)
    known = node.id in names or node.id in BY_NAME
    return ".".join([begins, *reversed(parts)]) if known else ""


def letters(path: Path) -> Iterator[tuple[int, str | None]]:
    """Each letter without a purpose: its line and its template; None for what cannot be told from the code."""
    tree = ast.parse(path.read_text())
    called = {node.func for node in ast.walk(tree) if isinstance(node, ast.Call)}
    for node in ast.walk(tree):
        if isinstance(node, ast.alias) and node.name == "write_to" and node.asname:
            yield node.lineno, None  # under another name it would not be found
        elif is_write_to(node) and node not in called:
            yield node.lineno, None  # type: ignore[attr-defined]  # a name has one; handed on, nobody sees with what
        elif isinstance(node, ast.Call) and is_write_to(node.func) and not has_purpose(node):
            yield node.lineno, template_of(node)


def is_write_to(node: ast.AST) -> bool:
    name = node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
    return name == "write_to"


def has_purpose(call: ast.Call) -> bool:
    """`**more` may hold anything, so it says nothing; an empty purpose is none."""
    found = [each.value for each in call.keywords if each.arg == "purpose"]
    return bool(found) and not (isinstance(found[0], ast.Constant) and not found[0].value)


def template_of(call: ast.Call) -> str | None:
    named = [each.value for each in call.keywords if each.arg == "template"]
    template = named[0] if named else call.args[1] if len(call.args) > 1 else None
    if isinstance(template, ast.Constant) and isinstance(template.value, str):
        return template.value
    return None


def makes_letters(path: Path) -> bool:
    """A row of SentMail leaves by itself: whoever makes one sends a letter."""
    tree = ast.parse(path.read_text())
    names = names_of(tree)
    calls = (node.func for node in ast.walk(tree) if isinstance(node, ast.Call))
    return any(is_making(func, names) for func in calls)


def is_making(func: ast.AST, names: dict[str, set[str]]) -> bool:
    parts = dotted(func, names).split(".")
    if parts[-1] == "SentMail" or parts[-3:] == ["ams", "mailing", "written"]:
        return True
    return "SentMail" in parts and parts[-1] in MAKES
