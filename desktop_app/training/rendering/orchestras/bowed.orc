; SPDX-License-Identifier: MIT
; Bowed strings by waveguides.
#include "common.inc"

; p7 attack, p8 release, p9 pressure, p10 bow's place, p11 level later, p12 rosin, p13 its colour
instr bowed
  kbow swelling p6, ratios(p7, 0.02, 0.3), between(p11, 0.7, 1.15), ratios(p8, 0.06, 0.3)
  kpress = between(p9, 25, 110) + 8 * (p17 - 0.5)
  a1 STKBowed p4, 0.3 + 0.65 * p5, 2, kpress, 4, between(p10, 12, 75), 11, 0, 1, 0, 128, kbow * (55 + 70 * p5)
  anoise pinker
  anoise butterbp anoise, ratios(p13, 1500, 5000), 2500
  out a1 + anoise * kbow * ratios(p12, 0.002, 0.05) * (0.4 + p5)
endin

; p7 ... p13 as above
instr bow
  kbow swelling p6, ratios(p7, 0.02, 0.3), between(p11, 0.7, 1.15), ratios(p8, 0.06, 0.3)
  kpress = between(p9, 1.5, 4.6) - 0.7 * p5
  a1 wgbow 0.7, p4, kpress, ratios(p10, 0.06, 0.22), 0, 0, giSine, 20
  anoise pinker
  anoise butterbp anoise, ratios(p13, 1500, 5000), 2500
  a2 butterlp a1, ratios(p14, 2500, 9000) * (0.5 + p5)
  out (a2 + anoise * ratios(p12, 0.002, 0.03)) * kbow
endin
