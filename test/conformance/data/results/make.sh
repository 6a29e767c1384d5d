#!/usr/bin/env bash
# Makes the stored results that every report format is held to, with the tool as it is built: npm run build first.
# They are data: made anew only where the result of an audit or a comparison has changed its form.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../../../.."
results=test/conformance/data/results
temporary=$(mktemp -d)
trap 'rm -rf "$temporary"' EXIT
audit() { node bin/fisher-audit.js --quiet --backend wasm "$@"; }

# Checks that do not pass have an exit status of their own: 1 and 4.
audit fixtures/iris --baseline "$temporary/iris.json" --update-baseline -r csv="$temporary/unused.csv"
audit fixtures/iris --config $results/pass.config.json --baseline "$temporary/iris.json" -r json=$results/pass.json
audit fixtures/mnist-untrained fixtures/mnist/dataset.npz --inputs 32 --skip-layer dense_1 \
  --baseline "$temporary/mnist.json" --update-baseline -r csv="$temporary/unused.csv"
audit fixtures/mnist --config $results/fail.config.json --baseline "$temporary/mnist.json" -r json=$results/fail.json
audit fixtures/mnist-lenet-tanh --config $results/inconclusive.config.json -r json=$results/inconclusive.json
audit fixtures/iris --skip-layer dense_1 -r json=$results/incomplete.json
audit fixtures/iris --skip-layer dense_1 --max-error 50% -r json=$results/skipped.json
audit compare fixtures/mnist-untrained fixtures/mnist --data fixtures/mnist/dataset.npz --inputs 32 \
  --fail-on worse -r json=$results/comparison-fail.json
audit compare fixtures/iris fixtures/iris --fail-on worse -r json=$results/comparison-pass.json
audit track fixtures/mnist-untrained fixtures/mnist --data fixtures/mnist/dataset.npz --inputs 32 --labels \
  -r json=$results/track.json
