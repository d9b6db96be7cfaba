#!/bin/sh
# Starts the real Triton Inference Server, from the wheel of PyTriton, with the networks of the embedded model, draws a
# picture with it, and stops it. The Python environment is kept in .cache/; NEG_TRITON_VENV names one that is there already.
set -eu
cd "$(dirname "$0")"
cache=.cache
venv=${NEG_TRITON_VENV:-$cache/venv}
http=${NEG_TRITON_HTTP:-18000}
grpc=${NEG_TRITON_GRPC:-18001}

if [ ! -x "$venv/bin/python" ]; then
  echo "Installing Triton (once) …"
  python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet nvidia-pytriton==0.7.0 onnxruntime
fi
version=$("$venv/bin/python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
packages=$(cd "$venv/lib/python$version/site-packages" && pwd)
triton=$packages/pytriton/tritonserver

# The Python backend needs its stub for this Python beside it.
rm -rf "$cache/backends" "$cache/repository"
mkdir -p "$cache/backends"
cp -r "$triton/backends/python" "$cache/backends/python"
cp "$triton/python_backend_stubs/$version/triton_python_backend_stub" "$cache/backends/python/"

# A repository has one folder a model, with a folder a version.
cp -r repository "$cache/repository"
for model in "$cache"/repository/*; do
  mkdir "$model/1"
  cp model.py "$model/1/"
done

NEG_MODEL=$(node -e 'import("@neg/portraits").then((model) => console.log(model.default))')
export NEG_MODEL
LD_LIBRARY_PATH=$packages/nvidia_pytriton.libs PYTHONPATH=$packages "$triton/bin/tritonserver" \
  --model-repository="$PWD/$cache/repository" --backend-directory="$PWD/$cache/backends" \
  --http-address=127.0.0.1 --http-port="$http" --grpc-address=127.0.0.1 --grpc-port="$grpc" \
  --allow-metrics=false --disable-auto-complete-config >"$cache/triton.log" 2>&1 &
server=$!
trap 'kill $server 2>/dev/null; wait $server 2>/dev/null || true' EXIT INT TERM

node draw.mjs "http://127.0.0.1:$http" "grpc://127.0.0.1:$grpc" || {
  tail -20 "$cache/triton.log" >&2
  exit 1
}
