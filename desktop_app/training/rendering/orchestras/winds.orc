; SPDX-License-Identifier: MIT
; Reeds and flutes by waveguides.
#include "common.inc"

; All: p7 attack, p8 release, p10 breath, p11 level later.
; p9 reed, p10 breath, p12 noise, p13 tube's end
instr clarinet
  kblow swelling p6, ratios(p7, 0.01, 0.15), between(p11, 0.85, 1.05), ratios(p8, 0.03, 0.15)
  a1 STKClarinet p4, 0.5 + 0.5 * p5, 2, between(p9, 30, 90), 4, ratios(p12, 0.5, 30), 11, 0, 1, 0, 128, kblow * (between(p10, 60, 85) + 40 * p5)
  a2 butterlp a1, ratios(p13, 2000, 9000) * (0.5 + 0.8 * p5)
  out a2 * min(1, kblow * 1.5)
endin

instr blowhole
  kblow swelling p6, ratios(p7, 0.01, 0.15), between(p11, 0.85, 1.05), ratios(p8, 0.03, 0.15)
  a1 STKBlowHole p4, 0.5 + 0.5 * p5, 2, between(p9, 20, 105), 4, ratios(p12, 0.5, 30), 11, between(p14, 0, 127), 1, 0, 128, kblow * (between(p10, 60, 85) + 40 * p5)
  a2 butterlp a1, ratios(p13, 2000, 9000) * (0.5 + 0.8 * p5)
  out a2 * min(1, kblow * 1.5)
endin

; p14 place of the mouthpiece, p15 its opening
instr saxophone
  kblow swelling p6, ratios(p7, 0.01, 0.15), between(p11, 0.85, 1.05), ratios(p8, 0.03, 0.15)
  a1 STKSaxofony p4, 0.5 + 0.5 * p5, 2, between(p9, 30, 110), 26, between(p15, 20, 100), 4, ratios(p12, 0.5, 30), 11, between(p14, 10, 64), 29, 0, 1, 0, 128, kblow * (between(p10, 60, 85) + 40 * p5)
  a2 butterlp a1, ratios(p13, 2000, 9000) * (0.5 + 0.8 * p5)
  out a2 * min(1, kblow * 1.5)
endin

instr reed
  kblow swelling p6, ratios(p7, 0.01, 0.15), between(p11, 0.85, 1.05), ratios(p8, 0.03, 0.15)
  a1 wgclar 0.7, p4, between(p9, -0.44, -0.2), ratios(p7, 0.02, 0.15), 0.05, ratios(p12, 0.01, 0.3), 0, 0, giSine, 40
  a2 butterlp a1, ratios(p13, 2000, 9000) * (0.5 + 0.8 * p5)
  out a2 * kblow
endin

; p9 the jet's way, p12 breath
instr flute
  kblow swelling p6, ratios(p7, 0.02, 0.2), between(p11, 0.85, 1.05), ratios(p8, 0.04, 0.2)
  a1 STKFlute p4, 0.5 + 0.5 * p5, 2, between(p9, 40, 80), 4, ratios(p12, 3, 60), 11, 0, 1, 0, 128, kblow * (between(p10, 60, 85) + 40 * p5)
  out a1 * min(1, kblow * 1.5)
endin

instr pipe
  kblow swelling p6, ratios(p7, 0.02, 0.2), between(p11, 0.85, 1.05), ratios(p8, 0.04, 0.2)
  a1 wgflute 0.7, p4, between(p9, 0.2, 0.42), ratios(p7, 0.02, 0.15), 0.1, ratios(p12, 0.02, 0.4), 0, 0, giSine, 60
  a2 butterlp a1, ratios(p13, 3000, 9000) * (0.5 + 0.8 * p5)
  out a2 * kblow
endin

instr bottle
  kblow swelling p6, ratios(p7, 0.02, 0.2), between(p11, 0.85, 1.05), ratios(p8, 0.04, 0.2)
  a1 STKBlowBotl p4, 0.5 + 0.5 * p5, 4, ratios(p12, 2, 60), 11, 0, 1, 0, 128, kblow * (between(p10, 60, 85) + 40 * p5)
  out a1 * min(1, kblow * 1.5)
endin
