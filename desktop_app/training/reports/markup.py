# SPDX-License-Identifier: MIT
"""Small templates for a page that needs nothing but its own folder: no scripts, nothing from elsewhere.

Every function escapes the text it is given; what they return is HTML.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import Final
from urllib.parse import quote

_STYLE: Final = """
:root { color-scheme: light dark; --ink: #1b1f24; --paper: #ffffff; --soft: #5a6472; --line: #d4d9e0;
  --card: #f6f7f9; --accent: #1a5fb4; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8eaed; --paper: #17191d; --soft: #a9b1bd;
  --line: #3a404a; --card: #1f2329; --accent: #8ab8ff; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 72rem; padding: 1.5rem; font: 1rem/1.55 system-ui, sans-serif;
  color: var(--ink); background: var(--paper); }
a { color: var(--accent); }
.skip { position: absolute; left: -99rem; }
.skip:focus { position: static; }
h1 { line-height: 1.2; margin: 0 0 .3rem; }
h2 { margin: 2.4rem 0 .6rem; border-bottom: 1px solid var(--line); padding-bottom: .3rem; }
.soft { color: var(--soft); }
nav ul { display: flex; flex-wrap: wrap; gap: .3rem 1.2rem; list-style: none; padding: 0; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; margin: .8rem 0; font-variant-numeric: tabular-nums; }
caption { text-align: left; color: var(--soft); padding-bottom: .3rem; }
th, td { padding: .3rem .8rem .3rem 0; border-bottom: 1px solid var(--line); text-align: right; }
th { font-weight: 600; }
tbody th, th:first-child, td.text { text-align: left; }
figure { margin: .8rem 0; padding: .8rem; background: var(--card); border: 1px solid var(--line);
  border-radius: .5rem; }
figure img { display: block; max-width: 100%; height: auto; }
figcaption { color: var(--soft); margin-top: .4rem; }
.row { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(26rem, 100%), 1fr)); gap: 0 1rem;
  align-items: start; }
ol.sounds { padding: 0; list-style: none; display: grid; gap: .8rem;
  grid-template-columns: repeat(auto-fill, minmax(min(20rem, 100%), 1fr)); }
ol.sounds li { background: var(--card); border: 1px solid var(--line); border-radius: .5rem; padding: .8rem; }
ol.sounds audio { width: 100%; margin-top: .4rem; }
code { overflow-wrap: anywhere; }
"""


def text(value: object) -> str:
    """Any value as text; a number stays on one line with its per cent sign."""
    return escape(str(value)).replace(" %", "&nbsp;%")


def paragraph(value: object, *, soft: bool = False) -> str:
    """A paragraph of text."""
    return f'<p class="soft">{text(value)}</p>' if soft else f"<p>{text(value)}</p>"


def link(address: str, label: str) -> str:
    """A link to a file of the report's folder."""
    return f'<a href="{text(quote(address))}">{text(label)}</a>'


def table(caption: str, head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table whose first column names the rows."""
    top = "".join(f'<th scope="col">{text(cell)}</th>' for cell in head)
    body = "".join(
        f'<tr><th scope="row">{text(row[0])}</th>'
        + "".join(f"<td>{text(cell)}</td>" for cell in row[1:])
        + "</tr>"
        for row in rows
    )
    return (
        f'<div class="wide"><table><caption>{text(caption)}</caption><thead><tr>{top}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def picture(name: str, says: str, caption: str = "") -> str:
    """A picture for light and for dark pages.

    Parameters
    ----------
    name
        Of the file without ``.png``; the dark one is ``name-dark.png``.
    says
        What it shows, for those who do not see it.
    """
    address = text(quote(name))
    below = f"<figcaption>{text(caption)}</figcaption>" if caption else ""
    return (
        f'<figure><picture><source srcset="{address}-dark.png" media="(prefers-color-scheme: dark)">'
        f'<img src="{address}.png" alt="{text(says)}" loading="lazy"></picture>{below}</figure>'
    )


def section(anchor: str, title: str, *content: str) -> str:
    """A part of the page with a heading that can be linked to."""
    inside = "\n".join(content)
    return f'<section id="{text(anchor)}"><h2>{text(title)}</h2>\n{inside}\n</section>'


def row(*content: str) -> str:
    """Things side by side where there is room."""
    return f'<div class="row">{"".join(content)}</div>'


def page(title: str, lead: str, sections: Sequence[tuple[str, str, str]]) -> str:
    """The whole page.

    Parameters
    ----------
    lead
        A sentence or two under the title.
    sections
        Anchor, title and HTML of each.
    """
    contents = "".join(f'<li><a href="#{text(anchor)}">{text(name)}</a></li>' for anchor, name, _ in sections)
    body = "\n".join(section(anchor, name, content) for anchor, name, content in sections)
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{text(title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
        '<a class="skip" href="#main">Skip to the report</a>\n'
        f"<header><h1>{text(title)}</h1>{paragraph(lead, soft=True)}\n"
        f'<nav aria-label="Contents"><ul>{contents}</ul></nav></header>\n'
        f'<main id="main">\n{body}\n</main>\n</body>\n</html>\n'
    )
