; SPDX-License-Identifier: MIT
; Electric pianos, organs, voices and analogue synthesisers.
#include "common.inc"

; A pickup's and an amplifier's part in an electric piano: how hard, drive, edge, tremolo and its speed.
opcode amplified, a, aiiiii
  a1, istrength, idrive, iedge, itremolo, ispeed xin
  ktremolo lfo itremolo, ispeed
  a1 = tanh(a1 * idrive * (0.3 + 0.7 * istrength)) / idrive
  a1 butterlp a1, iedge
  xout a1 * (1 + ktremolo)
endop

; STK's FM electric pianos: p8 index, p9 crossfade, p10 tremolo, p11 its speed, p12 drive, p13 loudspeaker
instr tines
  a1 STKRhodey p4, 0.3 + 0.7 * p5, 2, between(p8, 15, 80) * (0.4 + 0.6 * p5), 4, between(p9, 10, 90), 11, 0, 1, 0, 128, 110
  a2 amplified a1, p5, ratios(p12, 0.3, 6), ratios(p13, 2500, 9000), max(0, p10 - 0.6), ratios(p11, 2.5, 7)
  out a2 * damped(p6, ratios(p7, 0.03, 0.15))
endin

instr reeds
  a1 STKWurley p4, 0.3 + 0.7 * p5, 2, between(p8, 15, 80) * (0.4 + 0.6 * p5), 4, between(p9, 10, 110), 11, 0, 1, 0, 128, 110
  a2 amplified a1, p5, ratios(p12, 0.3, 6), ratios(p13, 2500, 9000), max(0, p10 - 0.6), ratios(p11, 2.5, 7)
  out a2 * damped(p6, ratios(p7, 0.03, 0.15))
endin

; p8, p9 mixture, p10 speed, p11 depth, p12 drive
instr organ
  a1 STKBeeThree p4, 0.9, 2, between(p8, 10, 110), 4, between(p9, 10, 110), 11, between(p10, 10, 80), 1, between(p11, 0, 30), 128, 110
  idrive = ratios(p12, 0.3, 6)
  a1 = tanh(a1 * idrive) / idrive
  out a1 * held(p6, ratios(p7, 0.003, 0.02), 0.02)
endin

; p8 voiced, p9 vowel, p10 attack, p11 level later, p12 size of the head
instr singer
  kvoice swelling p6, ratios(p10, 0.03, 0.3), between(p11, 0.8, 1.1), ratios(p7, 0.05, 0.3)
  a1 STKVoicForm p4, 0.6 + 0.4 * p5, 2, between(p8, 64, 127), 4, 32 * floor(p12 * 3.99) + floor(p9 * 12.99), 11, 0, 1, 0, 128, 110
  out a1 * kvoice
endin

; Grains of formants: p8 size, p9 first vowel, p10 second, p11 attack, p12 bandwidth, p13 breath, p14 tilt
giF1 ftgen 0, 0, -8, -2, 730, 530, 270, 570, 300, 660, 390, 440
giF2 ftgen 0, 0, -8, -2, 1090, 1840, 2290, 840, 870, 1720, 1990, 1020
giF3 ftgen 0, 0, -8, -2, 2440, 2480, 3010, 2410, 2240, 2410, 2550, 2240

opcode formant, k, iiiii
  iv1, iv2, itable, isize, istay xin
  if1 table iv1, itable
  if2 table iv2, itable
  k1 linseg if1 * isize, istay, if1 * isize, 0.6, if2 * isize, 9, if2 * isize
  xout k1
endop

instr grains
  isize = between(p8, 0.9, 1.3)
  iv1 = floor(p9 * 7.99)
  ito = floor(p10 * 7.99)
  iv2 = (p10 < 0.6 ? iv1 : ito)
  kvoice swelling p6, ratios(p11, 0.03, 0.3), between(p15, 0.8, 1.1), ratios(p7, 0.05, 0.3)
  kjitter jspline 0.006, 3, 9
  khz = p4 * (1 + kjitter)
  k1 formant iv1, iv2, giF1, isize, 0.15 + p17
  k2 formant iv1, iv2, giF2, isize, 0.15 + p17
  k3 formant iv1, iv2, giF3, isize, 0.15 + p17
  k1 = max(k1, khz)
  iwide = max(ratios(p12, 80, 200), p4 * 0.3)
  itilt = ratios(p14, 0.35, 1.2) * (0.5 + 0.5 * p5)
  a1 fof 1, khz, k1, 0, iwide, 0.003, 0.02, 0.007, 200, giSine, giRise, 5
  a2 fof 0.5 * itilt, khz, k2, 0, iwide * 1.2, 0.003, 0.02, 0.007, 200, giSine, giRise, 5
  a3 fof 0.35 * itilt, khz, k3, 0, iwide * 1.5, 0.003, 0.02, 0.007, 200, giSine, giRise, 5
  a4 fof 0.2 * itilt, khz, 3500 * isize, 0, iwide * 2, 0.003, 0.02, 0.007, 200, giSine, giRise, 5
  abreath pinker
  abreath butterbp abreath, 2500, 3500
  out (a1 + a2 + a3 + a4 + abreath * ratios(p13, 0.003, 0.08)) * kvoice
endin

; Two oscillators of a wave (saw, pulse, triangle): wave, width, level, pitch and phases of the second.
opcode oscillators, a, iiiiiii
  ihz, iwave, iu, ilevel, iratio, iphase1, iphase2 xin
  imode = (iwave < 0.45 ? 0 : (iwave < 0.85 ? 2 : 12))
  iwidth = between(iu, 0.08, 0.5)
  a1 vco2 1, ihz, imode, iwidth, iphase1
  a2 vco2 ilevel, ihz * iratio, imode, iwidth, iphase2
  xout a1 + a2
endop

; p8 wave, p9 width, p10 second oscillator, p11 its detuning
; p12 cutoff, p13 sweep, p14 decay, p15 resonance, p16 kind of filter and drive
instr lead
  idetune = 1 + ratios(p11, 0.0005, 0.012)
  a1 oscillators p4, p8, p9, perhaps(p10, 0.55), p10 < 0.12 ? 2 * idetune : idetune, p17, p18
  ksweep transeg 1, ratios(p14, 0.05, 1.5), -4, between(p14, 0.1, 0.6), 9, 0, between(p14, 0.1, 0.6)
  kcut = min(12000, ratios(p12, 400, 4000) * (1 + p4 / 800) * 2 ^ (ksweep * between(p13, 0, 4) * (0.4 + 0.6 * p5)))
  if p16 < 0.5 then
    a2 moogladder a1 * 0.4, kcut, between(p15, 0, 0.85)
  else
    a2 K35_lpf a1 * 0.4, kcut, between(p15, 1, 8), 1, ratios(p16, 1, 4)
  endif
  out a2 * held(p6, ratios(p7, 0.002, 0.06), 0.03 + 0.3 * p7)
endin

instr synthbass
  idetune = 1 + ratios(p11, 0.0005, 0.012)
  a1 oscillators p4, p8, p9, perhaps(p10, 0.55), p10 < 0.12 ? 2 * idetune : idetune, p17, p18
  asub oscili perhaps(p10, 0.3) * 0.8, p4, giSine
  ksweep transeg 1, ratios(p14, 0.05, 0.8), -4, 0, 9, 0, 0
  kcut = min(12000, max(p4 * 1.5, ratios(p12, 90, 700)) * 2 ^ (ksweep * between(p13, 0.5, 4.5) * (0.4 + 0.6 * p5)))
  if p16 < 0.6 then
    a2 diode_ladder a1 * 0.3, kcut, between(p15, 0, 14), 1, ratios(p16, 1, 3)
  else
    a2 moogladder a1 * 0.4, kcut, between(p15, 0, 0.8)
  endif
  klevel transeg 1, ratios(p11, 0.3, 3), -3, between(p9, 0, 0.9), 9, 0, between(p9, 0, 0.9)
  out (a2 + asub) * klevel * held(p6, 0.004, 0.02 + 0.1 * p7)
endin
