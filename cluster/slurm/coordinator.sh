#!/usr/bin/env bash
# The coordinator's job: says where it listens, then scans. Started by `submit`.
set -euo pipefail
endpoint=${KLEAN_BIND/HOST/$(hostname -I | cut -d ' ' -f 1)}
printf '%s\n' "$endpoint" > "$KLEAN_INDEX/slurm/endpoint.tmp"
mv "$KLEAN_INDEX/slurm/endpoint.tmp" "$KLEAN_INDEX/slurm/endpoint"
keys=()
[ -z "$KLEAN_KEYS" ] || keys=(--keys "$KLEAN_KEYS")
echo "coordinator on $(hostname), restart ${SLURM_RESTART_COUNT:-0}, $endpoint"
# A coordinator that is killed resumes at once; Slurm requeues the job when the node dies.
for _ in $(seq 20); do
    status=0
    "$KLEAN" coordinator "$KLEAN_STORE" --model "$KLEAN_MODEL" --out "$KLEAN_INDEX" \
        --bind "$endpoint" "${keys[@]}" || status=$?
    case $status in
        134 | 137 | 139) echo "coordinator ended with $status, starting again" ;;
        0 | 3) touch "$KLEAN_INDEX/slurm/done"; exit "$status" ;;
        *) exit "$status" ;;
    esac
    sleep 1
done
exit "$status"
