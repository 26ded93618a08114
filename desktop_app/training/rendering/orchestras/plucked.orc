; SPDX-License-Identifier: MIT
; Plucked strings by waveguides; an amplifier where there is one.
#include "common.inc"

; An amplifier: drive and the loudspeaker's edge.
opcode amplified, a, aiii
  ain, iamp, idrive, iedge xin
  a1 = tanh(ain * iamp * idrive) / tanh(idrive)
  a1 butterlp a1, iedge
  a1 butterhp a1, 70
  xout a1
endop

instr plucked
  a1 STKPlucked p4, 0.3 + 0.7 * p5
  a2 butterlp a1, ratios(p8, 2500, 9000) * (0.5 + p5)
  out a2 * damped(p6, ratios(p7, 0.03, 0.2))
endin

; p8 pickup, p9 sustain, p10 stiffness
instr stiff
  a1 STKStifKarp p4, 0.3 + 0.7 * p5, 4, between(p8, 10, 120), 11, between(p9, 60, 127), 1, between(p10, 0, 40)
  out a1 * damped(p6, ratios(p7, 0.03, 0.2))
endin

; p8 body, p9 place, p10 sustain, p11 detuning
instr mandolin
  a1 STKMandolin p4, 0.3 + 0.7 * p5, 2, between(p8, 30, 100), 4, between(p9, 10, 110), 11, between(p10, 60, 127), 1, ratios(p11, 1, 40), 128, 100
  out a1 * damped(p6, ratios(p7, 0.03, 0.2))
endin

; p8 where it is plucked, p9 how long it sounds, p10 tone
instr string
  a1 wgpluck2 between(p8, 0.05, 0.5), 0.8, p4, between(p12, 0.1, 0.5), between(p9, 0.1, 0.6) * min(1, 150 / p4)
  a2 butterlp a1, ratios(p10, 1500, 9000) * (0.4 + p5)
  out a2 * damped(p6, ratios(p7, 0.03, 0.2))
endin

; p11 drive, p12 loudspeaker
instr driven
  a1 wgpluck2 between(p8, 0.05, 0.5), 0.8, p4, between(p9, 0.1, 0.5), between(p10, 0.03, 0.3) * min(1, 150 / p4)
  a2 amplified a1, 0.3 + 0.7 * p5, ratios(p11, 1, 60), ratios(p12, 2500, 5500)
  out a2 * damped(p6, ratios(p7, 0.02, 0.1))
endin

; p9 finger, nail or slap
instr bassstring
  a1 wgpluck2 between(p8, 0.05, 0.4), 0.8, p4, between(p9, 0.1, 0.5), between(p10, 0.1, 0.7)
  a2 butterlp a1, ratios(p11, 500, 4000) * (0.5 + p5)
  anail noise 1, 0
  anail butterbp anail, ratios(p13, 700, 3000), 900
  kclick expon 1, ratios(p14, 0.004, 0.02), 0.1
  a2 = a2 + anail * kclick * ratios(p12, 0.01, 0.4) * p5 * damped(0.15, 0.02)
  a3 amplified a2, 0.8, ratios(p15, 0.5, 4), ratios(p16, 1500, 6000)
  out a3 * damped(p6, ratios(p7, 0.03, 0.15))
endin
