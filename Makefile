# Right In Tune: install, run, test. `make help` lists what there is.
# On Debian and Ubuntu the system libraries are installed too (as root or through sudo).

SHELL       := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.ONESHELL:
MAKEFLAGS   += --no-print-directory

VENV        ?= .venv
BIN         := $(VENV)/bin
EXAMPLE     := resources/demo/four_friends.flac
XVFB        ?= 0
SECONDS     ?= 0
ARGS        ?=
PYTEST_ARGS ?=
WORKERS     ?= 2
CORPUS      ?= corpora
RECORDINGS  ?=
JOBS        ?= 2

# PortAudio, and what Qt's window needs from the system: EGL, fonts, D-Bus and the xcb family.
APT_RUN  := libportaudio2 libegl1 libgl1 libglib2.0-0 libdbus-1-3 libfontconfig1 fonts-dejavu-core libxkbcommon0 \
  libxkbcommon-x11-0 libwayland-cursor0 libx11-xcb1 libxcb-cursor0 libxcb-icccm4 libxcb-image0 libxcb-keysyms1 libxcb-randr0 \
  libxcb-render-util0 libxcb-render0 libxcb-shape0 libxcb-shm0 libxcb-sync1 libxcb-xfixes0 libxcb-xkb1
APT_XVFB := xvfb xauth
# The tests also click on a virtual screen, record from a virtual microphone and render real instruments.
APT_TEST := $(APT_RUN) $(APT_XVFB) xdotool pulseaudio pulseaudio-utils libasound2-plugins fluidsynth \
  fluid-soundfont-gm espeak-ng ffmpeg zynaddsubfx-dssi zynaddsubfx-data setbfree \
  csound csound-plugins stk timidity grandorgue-demo wavpack stops mda-lv2

# Free sounds that models learn from; sf_GMbank (in csound-soundfont) and TimGM6mb are only ever used to check them.
APT_MODELS := fluidsynth espeak-ng fluid-soundfont-gm musescore-general-soundfont opl3-soundfont csound-soundfont \
  timgm6mb-soundfont zynaddsubfx-dssi zynaddsubfx-data yoshimi-data ffmpeg sonic-pi-samples minetest-data \
  asterisk-core-sounds-en-g722 asterisk-core-sounds-fr-g722 asterisk-core-sounds-it-g722 asterisk-core-sounds-ru-g722 \
  grandorgue-demo wavpack stops minuet-data mda-lv2 amsynth whysynth setbfree csound csound-plugins stk

# Locked beside what pyproject.toml names: the build back end; and the newest backports.strenum that pip takes on
# Python 3.11 (1.3 declares itself for older ones only).
LOCKED_TOO := 'hatchling>=1.26' 'editables>=0.5' 'backports.strenum<1.3'

# $(call need_packages,NAMES): installs what is missing; says nothing when all is there. Newer releases
# have renamed some libraries with a "t64" at the end.
define need_packages
missing=()
if command -v dpkg >/dev/null; then
  for name in $(1); do
    dpkg -s "$$name" &>/dev/null || dpkg -s "$${name}t64" &>/dev/null || missing+=("$$name")
  done
fi
if [ "$${#missing[@]}" -gt 0 ]; then
  as_root=()
  if [ "$$(id -u)" != 0 ]; then
    command -v sudo >/dev/null || { echo "Please install these as root, then try again: $${missing[*]}" >&2; exit 1; }
    as_root=(sudo)
  fi
  echo "Installing system packages: $${missing[*]}"
  "$${as_root[@]}" apt-get update -qq
  "$${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends \
    "$${missing[@]}" >/dev/null
fi
endef

.PHONY: help run test lint wheel bench screenshots demo lock models clean system-run system-test

help: ## Print this list
	@sed -nE 's/^([a-z]+):.*## (.*)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 20

run: system-run $(VENV)/.run ## Install, then open the window on the bundled example (XVFB=1: on a virtual screen; SECONDS=n: for n seconds)
	@start=($(BIN)/right-in-tune $(EXAMPLE) $(ARGS))
	screen=
	if [ "$(XVFB)" = 1 ]; then
	  $(call need_packages,$(APT_XVFB))
	  exec {ready}< <(exec Xvfb -displayfd 1 -screen 0 1400x900x24 -nolisten tcp 2>/dev/null)
	  screen=$$!
	  read -r number <&"$$ready"
	  export DISPLAY=":$$number"
	  unset WAYLAND_DISPLAY
	  echo "The window is on the virtual screen $$DISPLAY. Ctrl+C ends it."
	elif [ "$$(uname)" = Linux ] && [ -z "$${DISPLAY:-}$${WAYLAND_DISPLAY:-}" ]; then
	  echo "Right In Tune is installed, but there is no display here to open its window on."
	  echo "  Log in at a desktop (or with ssh -X) and run make run again, or"
	  echo "  make run XVFB=1 opens the window on a virtual screen, or"
	  echo "  $(BIN)/right-in-tune analyse $(EXAMPLE) prints what the window would show."
	  exit 0
	fi
	"$${start[@]}" & window=$$!
	end=$$(($$(date +%s) + $(SECONDS)))
	asked=0
	finish() { asked=1; kill -TERM "$$window" 2>/dev/null || true; }
	trap finish INT TERM HUP
	while kill -0 "$$window" 2>/dev/null; do
	  if [ "$(SECONDS)" != 0 ] && [ "$$(date +%s)" -ge "$$end" ]; then finish; fi
	  sleep 0.2
	done
	status=0
	wait "$$window" || status=$$?
	if [ -n "$$screen" ]; then kill "$$screen" 2>/dev/null || true; fi
	if [ "$$asked" = 1 ] && [ "$$status" -gt 128 ]; then status=0; fi
	exit "$$status"

test: system-test $(VENV)/.dev ## Install, then run all the tests (PYTEST_ARGS=..., WORKERS=n)
	@exec $(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --fail-on-skip $(PYTEST_ARGS)

lint: $(VENV)/.dev ## Style, format, types and import contracts
	@status=0
	$(BIN)/ruff check . || status=1
	$(BIN)/ruff format --check . || status=1
	$(BIN)/mypy || status=1
	$(BIN)/lint-imports || status=1
	exit $$status

wheel: $(VENV)/.dev ## Build the wheel and look into it
	@rm -rf dist
	$(BIN)/python -m build --no-isolation >/dev/null
	$(BIN)/check-wheel-contents --toplevel desktop_app dist/*.whl
	size=$$(stat -c %s dist/*.whl)
	echo "$$(basename dist/*.whl): $$((size / 1024)) KiB"
	[ "$$size" -le $$((15 * 1024 * 1024)) ] || { echo "The wheel is larger than 15 MiB." >&2; exit 1; }

bench: system-test $(VENV)/.dev ## Measure everything, each figure beside its reference (JSON)
	@exec $(BIN)/right-in-tune bench

screenshots: system-test $(VENV)/.dev ## Take the README's pictures from the real program
	@exec $(BIN)/python tests/make_screenshots.py

demo: system-test $(VENV)/.dev ## Render the bundled example again
	@exec $(BIN)/python tests/make_demo.py

models: $(VENV)/.dev ## Render the corpora and train all models again (RECORDINGS=folders of real notes, JOBS=n; hours)
	@$(call need_packages,$(APT_MODELS))
	tune=$(BIN)/right-in-tune
	render=("$$tune" corpus render --velocities-per-pitch 2 --seed 1 --jobs $(JOBS))
	fonts=/usr/share/sounds
	for font in sf2/FluidR3_GM.sf2 sf3/MuseScore_General_Full.sf3 sf2/OPL-3_FM_128M.sf2 sf2/sf_GMbank.sf2; do
	  bank=$$(basename "$${font%.*}")
	  "$${render[@]}" --max-pitches 16 "$(CORPUS)/$$bank" --soundfont "$$fonts/$$font"
	done
	"$${render[@]}" --max-pitches 12 "$(CORPUS)/GeneralUser" \
	  --soundfont /usr/share/minuet/soundfonts/GeneralUser-v1.47.sf2
	"$${render[@]}" --max-pitches 8 --synthesise 40 "$(CORPUS)/synthesised"
	"$${render[@]}" --max-pitches 4 --plugins zynaddsubfx "$(CORPUS)/zynaddsubfx"
	for synth in amsynth whysynth setbfree; do
	  "$${render[@]}" --max-pitches 3 --plugins "$$synth" "$(CORPUS)/$$synth"
	done
	"$${render[@]}" --max-pitches 16 --plugins mda "$(CORPUS)/mda"
	"$${render[@]}" --max-pitches 8 --organs grandorgue "$(CORPUS)/pipes"
	once=("$$tune" corpus render --velocities-per-pitch 1 --seed 1 --jobs $(JOBS))
	"$${once[@]}" --max-pitches 7 --organs aeolus "$(CORPUS)/aeolus"
	"$${once[@]}" --max-pitches 7 --parametric 40 "$(CORPUS)/parametric"
	"$${once[@]}" --max-pitches 7 --physical 25 "$(CORPUS)/physical"
	"$${once[@]}" --max-pitches 6 --refused 8 "$(CORPUS)/refused"
	"$${once[@]}" --max-pitches 6 --refused 8 "$(CORPUS)/refused" \
	  --soundfont $$fonts/sf2/FluidR3_GM.sf2 $$fonts/sf3/MuseScore_General_Full.sf3
	three=("$(CORPUS)/FluidR3_GM" "$(CORPUS)/MuseScore_General_Full" "$(CORPUS)/synthesised")
	"$$tune" corpus layers "$(CORPUS)/layers" --corpus "$${three[@]}" --instruments 20 --notes 5 --seed 1
	"$$tune" corpus mixtures "$(CORPUS)/mixtures" --form nsynth --corpus "$${three[@]}" $(RECORDINGS) \
	  --excerpts 60 --split-seed 383 --seed 1
	features=("$$tune" corpus features --weights-ok --seed 7 --jobs $(JOBS))
	sounds=("$${three[@]}" $(RECORDINGS))
	for name in OPL-3_FM_128M GeneralUser zynaddsubfx amsynth whysynth setbfree mda aeolus parametric physical \
	  refused layers mixtures; do
	  sounds+=("$(CORPUS)/$$name")
	done
	"$${features[@]}" "$(CORPUS)/train" --corpus "$${sounds[@]}" --variants 1 --recorded-variants 5
	"$${features[@]}" "$(CORPUS)/train_pipes" --corpus "$(CORPUS)/pipes" --variants 2
	"$$tune" corpus features "$(CORPUS)/unseen" --corpus "$(CORPUS)/sf_GMbank" --variants 0 --seed 1 --jobs $(JOBS)
	for recipe in rf_mean_mfcc multitask_v3; do
	  "$$tune" train "$$recipe" --corpus "$(CORPUS)/train" "$(CORPUS)/train_pipes" --unseen "$(CORPUS)/unseen" \
	    --out models/bundled --work "$(CORPUS)/$$recipe" --jobs $(JOBS)
	done
	phrases="$(CORPUS)/phrases"
	"$$tune" corpus phrases "$$phrases/train" --soundfont $$fonts/sf2/FluidR3_GM.sf2 \
	  $$fonts/sf3/MuseScore_General_Full.sf3 $$fonts/sf2/OPL-3_FM_128M.sf2 --hours 8 --seed 11 --jobs $(JOBS)
	"$$tune" corpus phrases "$$phrases/valid" --soundfont $$fonts/sf2/sf_GMbank.sf2 $$fonts/sf2/TimGM6mb.sf2 \
	  --hours 0.7 --seed 12 --jobs $(JOBS)
	train="$(BIN)/python -m desktop_app.training"
	$$train.pitch.run --phrases "$$phrases/train" --unseen "$$phrases/valid" --recordings $(RECORDINGS) \
	  --work "$(CORPUS)/pitch" --share 0.15 --epochs 5 --jobs $(JOBS)
	$$train.notes.run --phrases "$$phrases/train" --valid "$$phrases/valid" --jobs $(JOBS) \
	  --recorded "$(firstword $(RECORDINGS) $(CORPUS)/synthesised)"
	poly="$(CORPUS)/poly"
	$$train.poly.mixtures "$$phrases/train" "$$poly/train" --parts 60
	$$train.poly.mixtures "$$phrases/valid" "$$poly/valid" --parts 2 --seed 9
	$$train.poly.fit "$$poly/train" "$$poly/run" --steps 5600 --threads $(JOBS)
	$$train.poly.export "$$poly/run/model.tflite" "$$poly/valid"

lock: $(VENV)/.dev ## Renew requirements.lock and requirements-dev.lock
	@$(BIN)/python -m pip install --quiet uv
	compile() {
	  printf '%s\n' $(LOCKED_TOO) | $(BIN)/uv pip compile --quiet --universal --upgrade --generate-hashes \
	    --python-version 3.11 --no-emit-index-url --no-annotate --no-header pyproject.toml - "$$@"
	}
	compile -o requirements.lock
	compile --extra dev -c requirements.lock -o requirements-dev.lock

clean: ## Remove what make has made, the environment too
	@rm -rf $(VENV) build dist out .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

system-run:
	@$(call need_packages,$(APT_RUN))

system-test:
	@$(call need_packages,$(APT_TEST))

# TensorFlow (training only) has wheels up to Python 3.13; everything else works without it from 3.14 on.
$(VENV)/.made:
	@python=
	for name in python3.13 python3.12 python3.11 python3; do
	  if "$$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then python=$$name; break; fi
	done
	[ -n "$$python" ] || { echo "Right In Tune needs Python 3.11 or newer; please install it first." >&2; exit 1; }
	if ! "$$python" -c 'import ensurepip, venv' 2>/dev/null; then
	  package=$$("$$python" -c 'import sys; print("python3.%d-venv" % sys.version_info[1])')
	  $(call need_packages,"$$package")
	fi
	"$$python" -m venv --clear $(VENV)
	touch $@

$(VENV)/.run: requirements.lock pyproject.toml | $(VENV)/.made
	@echo "Installing the libraries (about 3 GB on disk; some minutes the first time)"
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.run
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	touch $@
