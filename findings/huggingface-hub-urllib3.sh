#!/usr/bin/env bash
# huggingface_hub 1.16.0 imports urllib3 where it defines InferenceClient, and none of its dependencies brings it: in a
# fresh environment that import fails. With 1.17.0 it does not.
#
# Seen:
#   huggingface_hub 1.16.0: ModuleNotFoundError: No module named 'urllib3'
#   huggingface_hub 1.17.0: imported
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
check() {
    "$folder/venv/bin/pip" install --quiet "huggingface_hub==$1"
    "$folder/venv/bin/python" -c "from huggingface_hub import InferenceClient; print('imported')" \
        > "$folder/out" 2>&1 || true
    result=$(tail -n 1 "$folder/out")
    echo "huggingface_hub $1: $result"
    case $result in *"$2") ;; *) exit 1 ;; esac
}
check 1.16.0 "No module named 'urllib3'"
check 1.17.0 imported
