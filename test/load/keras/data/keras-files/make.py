"""Writes keras3-*, keras2-* and keras213-*: the same models as .keras, .h5 and model.json. See README.md beside it.

    python make.py keras3      with keras 3 and jax (KERAS_BACKEND=jax)
    python make.py keras2      with tensorflow-cpu and tf_keras
    python make.py keras213    with tensorflow-cpu 2.13, whose .keras files are laid out otherwise
"""

import gzip
import json
import os
import sys
import tempfile

import h5py
import numpy as np

SERIES = sys.argv[1]
if SERIES == "keras2":
    import tf_keras as keras
else:
    import keras

layers = keras.layers
HERE = os.path.dirname(os.path.abspath(__file__))


def functional():
    """Branches, nested models, a layer used twice, frozen layers, equal shapes."""
    image = keras.Input((5, 5, 2), name="image")
    conv = layers.Conv2D(3, 2, activation="tanh", name="conv")(image)
    conv = layers.BatchNormalization(name="normal")(conv)
    conv = layers.DepthwiseConv2D(2, depth_multiplier=2, name="deep")(conv)
    conv = layers.SeparableConv2D(3, 2, use_bias=False, name="separable")(conv)
    conv = layers.Conv2DTranspose(2, 2, name="up")(conv)
    conv = layers.Flatten(name="flat")(layers.PReLU(name="slope")(conv))
    flat = layers.Dense(4, activation="sigmoid", name="first")(layers.Flatten()(image))
    square = layers.Dense(4, activation="tanh", name="square")
    flat = layers.LayerNormalization(name="centred")(square(square(flat)))
    inner = keras.Sequential(
        [keras.Input((4,)), layers.Dense(4, name="within"), layers.Dropout(0.5), layers.Dense(4, trainable=False, name="within_frozen")], name="inner"
    )
    u = keras.Input((4,), name="u")
    half = keras.Model(u, layers.Add()([inner(u), layers.Dense(4, use_bias=False, name="side")(u)]), name="half")
    both = layers.BatchNormalization(scale=False, trainable=False, name="frozen")(half(flat))
    outputs = layers.Dense(2, name="outputs")(layers.Concatenate()([conv, both]))
    return keras.Model(image, outputs, name="branches")


def alike():
    """Layers of one name and shape in three models, which model.json cannot hold."""

    def nested(name):
        x = keras.Input((3,))
        return keras.Model(x, layers.Dense(3, activation="tanh", name="dense")(x), name=name)

    x = keras.Input((3,), name="x")
    left, right = nested("left"), nested("right")
    return keras.Model(x, layers.Dense(3, name="dense")(left(right(x))), name="alike")


def sequential():
    return keras.Sequential(
        [
            keras.Input((6, 2)),
            layers.Conv1D(3, 2, activation="relu", name="conv"),
            layers.Dropout(0.2),
            layers.Conv1D(3, 2, activation="elu", name="conv_again"),
            layers.Flatten(),
            layers.BatchNormalization(center=False),
            layers.Dense(3, activation="softmax"),
        ],
        name="chain",
    )


def volumes():
    volume = keras.Input((3, 3, 3, 1), name="volume")
    x = layers.Conv3D(2, 2, name="conv")(volume)
    x = layers.Conv3DTranspose(2, 2, use_bias=False, name="up")(x)
    return keras.Model(volume, layers.Dense(1, name="outputs")(layers.GlobalAveragePooling3D()(x)))


def recurrent():
    words = keras.Input((5,), name="words")
    x = layers.Embedding(7, 4, name="words_table")(words)
    x = layers.GRU(4, return_sequences=True, name="gru")(x)
    x = layers.Bidirectional(layers.LSTM(4, return_sequences=True), name="both_ways")(x)
    x = layers.TimeDistributed(layers.Dense(4, activation="tanh"), name="each")(x)
    x = layers.SimpleRNN(4, use_bias=False, name="simple")(x)
    return keras.Model(words, layers.Dense(2, name="outputs")(x))


def cells():
    frames = keras.Input((3, 3, 3, 1), name="frames")
    x = layers.ConvLSTM2D(2, 2, name="frames_in_turn")(frames)
    x = layers.Reshape((2, 4))(x)
    x = layers.RNN(layers.GRUCell(4), return_sequences=True, name="one")(x)
    x = layers.RNN([layers.LSTMCell(4), layers.SimpleRNNCell(4), layers.LSTMCell(4)], name="stack")(x)
    return keras.Model(frames, layers.Dense(1, name="outputs")(x))


def augmented():
    """What comes before a network of images: random changes, which are called with training, and what adapt found."""
    image = keras.Input((4, 4, 3), name="image")
    x = layers.RandomFlip(name="flip")(image)
    x = layers.Rescaling(0.5, 0.1)(layers.RandomContrast(0.2, name="contrast")(layers.RandomRotation(0.2, name="turn")(x)))
    x = layers.Normalization(axis=(1, 3), name="of_rows")(layers.Normalization(name="of_channels")(x))
    x = layers.Normalization(mean=0.5, variance=2.0, name="by_numbers")(x)
    x = layers.Conv2D(2, 2, activation="tanh", name="conv")(layers.Dropout(0.5)(x, training=True))
    return keras.Model(image, layers.Dense(2, name="outputs")(layers.Flatten()(x)))


def shared():
    """A layer that belongs to two models."""
    x = keras.Input((3,), name="x")
    dense = layers.Dense(3, name="dense")
    u = keras.Input((3,))
    return keras.Model(x, dense(keras.Model(u, dense(u), name="inner")(x)), name="outer")


def single(dtype="float32"):
    return keras.Sequential([keras.Input((3,)), layers.Dense(2, dtype=dtype, name="dense")], name="single")


def quantised():
    model = single()
    model.quantize("int8")
    return model


def adapted():
    model = single()
    model.layers[0].enable_lora(1)
    return model


def randomise(model, rng):
    for weight in model.weights:
        if weight.name == "count":
            continue
        values = rng.normal(0, 0.5, weight.shape)
        weight.assign(np.abs(values) + 0.3 if "variance" in weight.name else values)
    for layer in model.layers:
        if SERIES == "keras3" and isinstance(layer, layers.Normalization):
            layer.finalize_state()


def saved_weights(path):
    with h5py.File(path) as file:
        group = file["model_weights"]
        names = [name for layer in group for name in group[layer].attrs["weight_names"]]
        names = [name.decode() if isinstance(name, bytes) else name for name in names]
        owners = [layer for layer in group for _ in group[layer].attrs["weight_names"]]
        weights = [(name.removesuffix(":0"), np.array(group[owner][name])) for owner, name in zip(owners, names)]
        return json.loads(file.attrs["model_config"]), file.attrs["keras_version"], weights


def classes(config):
    """Every class of a layer in a configuration, also inside models and wrappers."""
    if isinstance(config, list):
        return set().union(*map(classes, config)) if config else set()
    if not isinstance(config, dict):
        return set()
    own = {config["class_name"]} if "class_name" in config and "trainable" in (config.get("config") or {}) else set()
    return own.union(*map(classes, config.values()))


def save(folder, model):
    """The files that Keras writes; what the .h5 says."""
    os.makedirs(folder, exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        for ending, options in (("h5", {}), ("keras", {} if SERIES == "keras3" else {"save_format": "keras"})):
            path = os.path.join(temporary, f"model.{ending}")
            model.save(path, **options)
            with open(path, "rb") as file, open(os.path.join(folder, f"model.{ending}.gz"), "wb") as packed:
                packed.write(gzip.compress(file.read(), mtime=0))
        return saved_weights(os.path.join(temporary, "model.h5"))


def write(name, model):
    rng = np.random.default_rng(1)
    randomise(model, rng)
    model(np.zeros((1, *model.inputs[0].shape[1:])))
    shape = (3, *model.inputs[0].shape[1:])
    is_text = any(isinstance(layer, layers.Embedding) for layer in model.layers)
    x = rng.integers(0, 7, shape) if is_text else rng.normal(0, 1, shape).astype("float32")
    outputs = np.asarray(model(x, training=False))
    folder = os.path.join(HERE, f"{SERIES}-{name}")
    config, version, weights = save(folder, model)
    names = [weight_name for weight_name, _ in weights]
    manifest = [{"name": n, "shape": list(v.shape), "dtype": "float32"} for n, v in weights]
    document = {
        "format": "layers-model",
        "generatedBy": f"keras v{version}",
        "modelTopology": {"keras_version": version, "model_config": config},
        "weightsManifest": [{"paths": ["weights.bin"], "weights": manifest}],
    }
    case = {
        "classes": sorted(name for name in classes(config) if not name.endswith(("Functional", "Sequential", "Cell", "Cells"))),
        "shape": list(shape),
        "inputs": x.ravel().tolist(),
        "outputs": outputs.ravel().tolist(),
    }
    files = {"case.json": json.dumps(case).encode()}
    if len(set(names)) == len(names):
        files["weights.bin"] = b"".join(values.astype("<f4").tobytes() for _, values in weights)
        files["model.json"] = json.dumps(document).encode()
    for file_name, content in files.items():
        with open(os.path.join(folder, file_name), "wb") as file:
            file.write(content)


MODELS = {"functional": functional, "alike": alike, "sequential": sequential, "volumes": volumes, "recurrent": recurrent, "cells": cells}
for name, make in MODELS.items():
    if SERIES != "keras213" or name in ("functional", "alike", "recurrent"):
        write(name, make())

if SERIES == "keras3":
    write("augmented", augmented())
    for name, model in {
        "shared": shared(),
        "float16": single("float16"),
        "bfloat16": single("bfloat16"),
        "int8": quantised(),
        "lora": adapted(),
    }.items():
        save(os.path.join(HERE, f"keras3-{name}"), model)
