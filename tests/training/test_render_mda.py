# SPDX-License-Identifier: MIT
from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from desktop_app.training.rendering.plugins import PluginInstrument, plugin_instruments
from desktop_app.training.rendering.plugins_mda import MdaPatch, drawn_leads, mda_controls, mda_patches
from desktop_app.training.rendering.plugins_patches import patches_of
from desktop_app.training.rendering.plugins_pitch import hear
from desktop_app.training.rendering.presets import BANKS
from desktop_app.training.rendering.soundfont import PlayedNote, is_silent

DESCRIPTION = """mda:Tiny lv2:port [
        a lv2:InputPort ; lv2:index 1 ; lv2:name "Decay" ; lv2:symbol "decay" ; lv2:default 0.5
    ] , [
        a lv2:InputPort ; lv2:index 0 ; lv2:name "Attack" ; lv2:symbol "attack" ; lv2:default 0.1
    ] , [
        lv2:index 2 ; lv2:symbol "left_out"
    ] , [
        lv2:index 3 ; lv2:symbol "right_out"
    ] , [
        lv2:index 4 ; lv2:symbol "event_in"
    ] ."""
PRESETS = """<#one> a pset:Preset ; rdfs:label "Soft Horn" ;
    lv2:port [ lv2:symbol "decay" ; pset:value 0.25 ] , [ lv2:symbol "attack" ; pset:value 1.0 ] .
<#two> a pset:Preset ; rdfs:label "Car Horn" ;
    lv2:port [ lv2:symbol "decay" ; pset:value 0.5 ] , [ lv2:symbol "attack" ; pset:value 0.5 ] .
<#three> a pset:Preset ; rdfs:label "Unfinished" ; lv2:port [ lv2:symbol "decay" ; pset:value 0.5 ] ."""


def instrument(title: str) -> PluginInstrument:
    (one,) = [one for one in plugin_instruments(["mda"]) if one.title == title]
    return one


def test_controls_are_in_the_order_of_their_ports(tmp_path):
    assert mda_controls(DESCRIPTION) == ["attack", "decay"]
    (tmp_path / "JX10.ttl").write_text(DESCRIPTION)
    (tmp_path / "JX10-presets.ttl").write_text(PRESETS)
    (patch,) = mda_patches(tmp_path, "JX10")  # neither the hooter nor what lacks a value
    assert (patch.title, patch.controls) == ("Soft Horn", (("attack", 1.0), ("decay", 0.25)))


def test_the_installed_patches_have_families_and_a_licence():
    instruments = plugin_instruments(["mda"])
    families = {(one.title, one.voice.family) for one in instruments}
    assert len({patch.controls for patch in patches_of("mda")}) > 160
    assert len(instruments) > 130
    assert families >= {("Mono Glide", "synth_lead"), ("Bass Clarinet", "reed"), ("Autopan", "keyboard")}
    assert {one.bank for one in instruments} == {"mda"}
    assert BANKS["mda"].weights_ok
    assert {Path(one.patch.library).name for one in instruments} == {"JX10.so", "DX10.so", "EPiano.so"}


@pytest.mark.parametrize("title", ["Soft Horn", "Reed 1", "Mellow"])
def test_patches_sound_at_their_keys(title):
    notes = [PlayedNote(midi, 100) for midi in (55, 62, 67)]
    for y, note in zip(instrument(title).render(notes), notes, strict=True):
        assert not is_silent(y)
        assert hear(y).octaves_off(note.midi) == 0


def test_drawn_leads_are_crossed_from_two_and_stay_the_same():
    leads = [MdaPatch(f"Lead {n}", "", tuple((f"c{k}", float(n)) for k in range(12))) for n in range(4)]
    drawn = drawn_leads([*leads, MdaPatch("Trumpet", "", tuple((f"c{k}", 9.0) for k in range(12)))])
    assert drawn == drawn_leads([*leads, MdaPatch("Pad", "", leads[0].controls)])
    assert len({one.controls for one in drawn}) > 60
    for one in drawn:
        assert [symbol for symbol, _ in one.controls] == [f"c{k}" for k in range(12)]
        assert {value for _, value in one.controls} <= {0.0, 1.0, 2.0, 3.0}
        assert len({value for _, value in one.controls}) <= 2


def test_the_controls_make_the_sound():
    low, high = (np.abs(instrument(title).render([PlayedNote(60, 100)])[0]) for title in ("Mellow", "Bright"))
    assert np.abs(low - high).max() > 0.05
