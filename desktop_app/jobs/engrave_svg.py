# SPDX-License-Identifier: MIT
"""Verovio's pictures as plain SVG that Qt can paint.

Qt draws SVG Tiny 1.2: it passes over an ``<svg>`` inside another, ``<use>`` of a glyph by ``href`` and
colours from a style sheet. Here the inner one becomes a scaled group, glyphs are put in place, and every
part says its colour itself: ``currentColor``, for which the window puts the theme's.
"""

from __future__ import annotations

import copy
from typing import Final
from xml.etree import ElementTree

_NS: Final = "{http://www.w3.org/2000/svg}"
_COLOUR: Final = "currentColor"
_MUSIC_FONT: Final = "Leipzig"
# Where a section begins is marked by invisible dots, and the tempo is told elsewhere.
_LEFT_OUT: Final = ("placeholder", "tempo")


def plain_svg(svg: str) -> tuple[str, float, float]:
    """Rewrite one page.

    Parameters
    ----------
    svg
        As Verovio writes it with ``svgViewBox``.

    Returns
    -------
    str
        The same picture, the elements' ids kept.
    float, float
        Its width and height.

    Raises
    ------
    ValueError
        When it is no such page.
    """
    page = ElementTree.fromstring(svg)  # noqa: S314 - made by Verovio in this very process
    inner = page.find(f"{_NS}svg")
    if inner is None:
        raise ValueError("the page holds no music")
    width, height = _size(page)
    glyphs = {glyph.get("id", ""): list(glyph) for glyph in page.iter(f"{_NS}g") if glyph.get("id")}
    music = ElementTree.Element(f"{_NS}g", {"transform": f"scale({width / _size(inner)[0]:.6f})"})
    music.extend(_plain(child, glyphs) for child in inner if not _is_left_out(child))
    music.set("fill", _COLOUR)
    whole = ElementTree.Element(
        f"{_NS}svg", {"viewBox": f"0 0 {width:g} {height:g}", "width": f"{width:g}", "height": f"{height:g}"}
    )
    whole.append(music)
    ElementTree.register_namespace("", _NS[1:-1])
    return ElementTree.tostring(whole, encoding="unicode"), width, height


def _size(element: ElementTree.Element) -> tuple[float, float]:
    _, _, width, height = (float(number) for number in element.get("viewBox", "0 0 0 0").split())
    return width, height


def _is_left_out(element: ElementTree.Element) -> bool:
    return any(name in element.get("class", "").split() for name in _LEFT_OUT)


def _plain(element: ElementTree.Element, glyphs: dict[str, list[ElementTree.Element]]) -> ElementTree.Element:
    """One element with all that is in it."""
    if element.tag == f"{_NS}use":
        placed = ElementTree.Element(f"{_NS}g", {"transform": element.get("transform", "")})
        placed.extend(copy.deepcopy(path) for path in glyphs.get(element.get("href", "")[1:], ()))
        return placed
    if element.tag == f"{_NS}text":
        return _plain_text(element)
    plain = ElementTree.Element(element.tag, element.attrib)
    if "stroke-width" in element.attrib and "stroke" not in element.attrib:
        plain.set("stroke", _COLOUR)
    plain.extend(_plain(child, glyphs) for child in element if not _is_left_out(child))
    return plain


def _plain_text(element: ElementTree.Element) -> ElementTree.Element:
    """A text without spans in spans, of which Qt shows nothing; the music font is not at hand."""
    spans = [span for span in element.iter(f"{_NS}tspan") if (span.text or "").strip()]
    words = [span for span in spans if span.get("font-family") != _MUSIC_FONT]
    plain = ElementTree.Element(f"{_NS}text", {key: element.get(key, "0") for key in ("x", "y")})
    plain.set("text-anchor", element.get("text-anchor", "start"))
    plain.set("font-family", "serif")
    plain.set("font-style", "italic")
    plain.set("font-size", next((span.get("font-size", "") for span in words), "405px").removesuffix("px"))
    plain.text = " ".join((span.text or "").strip() for span in words)
    return plain
