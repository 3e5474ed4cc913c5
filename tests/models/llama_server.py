"""Run as a script: llama.cpp's own HTTP server with a language model and a vision tower of random weights, built here.

    python llama_server.py FOLDER chat|embed

Prints its address; ends with its standard input. Key: `LLAMA_KEY` of the environment.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import gguf
import numpy as np
import xllamacpp

WIDTH, HIDDEN, HEADS = 32, 64, 2
SIDE, PATCH = 56, 14
TEMPLATE = "{% for m in messages %}{{ m['role'] }}: {{ m['content'] }}\n{% endfor %}assistant:"


class Weights:
    """Random tensors for a file in GGUF form."""

    def __init__(self, path: Path, architecture: str) -> None:
        self.file, self.random = gguf.GGUFWriter(path, architecture), np.random.default_rng(0)

    def add(self, name: str, *shape: int) -> None:
        self.file.add_tensor(name, (self.random.standard_normal(shape) * 0.2).astype(np.float32))

    def ones(self, name: str) -> None:
        self.file.add_tensor(name, np.ones(WIDTH, np.float32))

    def layer(self, name: str, *shape: int) -> None:
        self.add(f"{name}.weight", *shape)
        self.add(f"{name}.bias", shape[0])

    def close(self) -> None:
        self.file.write_header_to_file()
        self.file.write_kv_data_to_file()
        self.file.write_tensors_to_file()
        self.file.close()


def language_model(path: Path) -> None:
    weights = Weights(path, "llama")
    file: Any = weights.file
    file.add_context_length(4096)
    file.add_embedding_length(WIDTH)
    file.add_block_count(1)
    file.add_feed_forward_length(HIDDEN)
    file.add_head_count(HEADS)
    file.add_head_count_kv(HEADS)
    file.add_layer_norm_rms_eps(1e-5)
    file.add_rope_dimension_count(WIDTH // HEADS)
    file.add_pooling_type(gguf.PoolingType.MEAN)
    size = vocabulary(file)
    weights.add("token_embd.weight", size, WIDTH)
    weights.add("output.weight", size, WIDTH)
    for name in ("output_norm", "blk.0.attn_norm", "blk.0.ffn_norm"):
        weights.ones(f"{name}.weight")
    for name in ("attn_q", "attn_k", "attn_v", "attn_output"):
        weights.add(f"blk.0.{name}.weight", WIDTH, WIDTH)
    for name, shape in (("gate", (HIDDEN, WIDTH)), ("up", (HIDDEN, WIDTH)), ("down", (WIDTH, HIDDEN))):
        weights.add(f"blk.0.ffn_{name}.weight", *shape)
    weights.close()


def vocabulary(file: Any) -> int:
    """Letters, digits and punctuation, with bytes for everything else."""
    letters = [chr(code) for code in range(33, 127)]
    tokens = ["<unk>", "<s>", "</s>", *(f"<0x{n:02X}>" for n in range(256)), "▁", *letters]
    file.add_vocab_size(len(tokens))
    file.add_tokenizer_model("llama")
    file.add_token_list([token.encode() for token in tokens])
    file.add_token_scores([0.0] * 3 + [-1000.0] * 256 + [-1.0] * (len(letters) + 1))
    file.add_token_types([2, 3, 3] + [6] * 256 + [1] * (len(letters) + 1))
    file.add_bos_token_id(1)
    file.add_eos_token_id(2)
    file.add_unk_token_id(0)
    file.add_chat_template(TEMPLATE)
    return len(tokens)


def vision_tower(path: Path) -> None:
    weights = Weights(path, "clip")
    file: Any = weights.file
    file.add_bool("clip.has_vision_encoder", True)
    file.add_bool("clip.use_gelu", False)
    file.add_string("clip.projector_type", "mlp")
    numbers = {
        "image_size": SIDE, "patch_size": PATCH, "embedding_length": WIDTH, "feed_forward_length": HIDDEN,
        "projection_dim": WIDTH, "attention.head_count": HEADS, "block_count": 2,
    }  # fmt: skip
    for name, number in numbers.items():
        file.add_uint32(f"clip.vision.{name}", number)
    file.add_float32("clip.vision.attention.layer_norm_epsilon", 1e-5)
    for name in ("image_mean", "image_std"):
        file.add_array(f"clip.vision.{name}", [0.5, 0.5, 0.5])
    weights.add("v.class_embd", WIDTH)
    weights.add("v.patch_embd.weight", WIDTH, 3, PATCH, PATCH)
    weights.add("v.position_embd.weight", (SIDE // PATCH) ** 2 + 1, WIDTH)
    weights.layer("v.pre_ln", WIDTH)
    weights.layer("v.post_ln", WIDTH)
    for block in (f"v.blk.{n}" for n in range(2)):
        for name in ("attn_q", "attn_k", "attn_v", "attn_out"):
            weights.layer(f"{block}.{name}", WIDTH, WIDTH)
        weights.layer(f"{block}.ln1", WIDTH)
        weights.layer(f"{block}.ln2", WIDTH)
        weights.layer(f"{block}.ffn_up", HIDDEN, WIDTH)
        weights.layer(f"{block}.ffn_down", WIDTH, HIDDEN)
    weights.layer("mm.0", WIDTH, WIDTH)
    weights.layer("mm.2", WIDTH, WIDTH)
    weights.close()


def main(folder: Path, form: str) -> None:
    params = xllamacpp.CommonParams()
    language_model(folder / "language.gguf")
    params.model.path = str(folder / "language.gguf")
    if form == "embed":
        params.embedding = True
    else:
        vision_tower(folder / "vision.gguf")
        params.mmproj.path = str(folder / "vision.gguf")
    params.model_alias, params.hostnames, params.port = {"tiny"}, ["127.0.0.1"], 0
    params.n_ctx, params.n_parallel, params.cpuparams.n_threads, params.warmup = 4096, 4, 1, False
    if key := os.environ.get("LLAMA_KEY"):
        params.api_keys = [key]
    server = xllamacpp.Server(params)
    print(server.listening_address, flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
    os._exit(0)
