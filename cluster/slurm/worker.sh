#!/usr/bin/env bash
# One worker of the array. When the coordinator comes back elsewhere, it goes there.
set -euo pipefail
name=slurm-$SLURM_ARRAY_TASK_ID
file=$KLEAN_INDEX/slurm/endpoint
keys=()
[ -z "$KLEAN_KEYS" ] || keys=(--key "$KLEAN_KEYS/worker.key" --coordinator-key "$KLEAN_KEYS/coordinator.pub")
until [ -s "$file" ]; do sleep 1; done
# A task that Slurm requeued after the scan had ended.
[ ! -e "$KLEAN_INDEX/slurm/done" ] || exit 0
while :; do
    endpoint=$(cat "$file")
    echo "worker $name on ${SLURMD_NODENAME:-$(hostname)}, restart ${SLURM_RESTART_COUNT:-0}, $endpoint"
    "$KLEAN" worker --connect "$endpoint" --name "$name" --cache "${TMPDIR:-/tmp}/klean-cache" "${keys[@]}" &
    worker=$!
    while kill -0 "$worker" 2>/dev/null && [ "$(cat "$file")" = "$endpoint" ]; do sleep 1; done
    if [ "$(cat "$file")" = "$endpoint" ]; then
        wait "$worker" && exit 0
        exit 1
    fi
    kill "$worker"
    wait "$worker" || true
done
