; SPDX-License-Identifier: MIT
; Bars and bells.
#include "common.inc"

; STK's modal bars: p8 stick, p9 place, p10 the stick's own sound, p11 tremolo, p12 its speed, p13 wood or metal
giBars ftgen 0, 0, -7, -2, 0, 0, 1, 1, 4, 6, 2

instr bar
  ikind table floor(p13 * 6.99), giBars
  itremolo = (p11 < 0.5 ? 0 : 120 * (p11 - 0.5))
  a1 STKModalBar p4, 0.4 + 0.6 * p5, 2, between(p8, 15, 90) + 30 * p5, 4, between(p9, 5, 120), 1, between(p10, 0, 40), 11, between(p12, 20, 70), 8, itremolo, 16, ikind, 128, 110
  out a1 * damped(max(p6, 0.4), ratios(p7, 0.05, 0.5))
endin

; STK's FM bell: p8 index, p9 crossfade
instr tubebell
  a1 STKTubeBell p4, 0.4 + 0.6 * p5, 2, between(p8, 20, 90) * (0.4 + 0.6 * p5), 4, between(p9, 10, 110), 11, 0, 1, 0, 128, 110
  out a1 * damped(max(p6, 0.6), ratios(p7, 0.1, 0.6))
endin
