"""Writes keras3-*/: models as Keras 3 saves them to .h5 and tensorflowjs_converter --input_format=keras hands them on.

    python -m venv v && v/bin/pip install keras jax h5py && KERAS_BACKEND=jax v/bin/python make-keras3.py

The files are kept; this says where they come from.
"""

import json
import os
import tempfile

import h5py
import keras
import numpy as np
from keras import layers

SHARD_BYTES = 100
HERE = os.path.dirname(os.path.abspath(__file__))


def sequential():
    return keras.Sequential(
        [
            keras.Input((4,)),
            layers.Dense(5, activation="hard_sigmoid"),
            layers.BatchNormalization(),
            layers.Dense(6),
            layers.LeakyReLU(negative_slope=0.15),
            layers.LayerNormalization(),
            layers.Dropout(0.5),
            layers.Dense(3, activation=keras.activations.leaky_relu),
            layers.Softmax(axis=[-1]),
        ]
    )


def functional():
    inner = keras.Sequential([keras.Input((3,)), layers.Dense(3, activation="tanh", name="dense")], name="inner")
    u = keras.Input((3,), name="u")
    deep = keras.Model(u, layers.Add()([inner(u), layers.Dense(3, activation="gelu", name="side")(u)]), name="deep")
    a = keras.Input((4,), name="a")
    b = keras.Input((3,), name="b")
    shared = layers.Dense(3, activation="silu", name="dense")
    x = shared(layers.Rescaling(0.5, offset=0.1)(a))
    y = layers.Maximum()([deep(x), deep(b)])
    z = layers.Concatenate()([layers.PReLU()(y), layers.ReLU(max_value=0.75)(b), layers.ELU(alpha=0.8)(x)])
    z = layers.Reshape((9,))(layers.Flatten()(layers.Reshape((3, 3))(z)))
    return keras.Model({"b": b, "a": a}, layers.Dense(2, activation="linear")(layers.Activation("softsign")(z)))


def randomise(model, rng):
    for weight in model.weights:
        values = rng.normal(0, 0.7, weight.shape)
        weight.assign(np.abs(values) + 0.3 if "variance" in weight.path else values)


def saved_weights(path):
    with h5py.File(path) as file:
        config = json.loads(file.attrs["model_config"])
        version = file.attrs["keras_version"]
        group = file["model_weights"]
        weights = [(name, np.array(group[layer][name])) for layer in group for name in group[layer].attrs["weight_names"]]
    return config, version, weights


def write(name, model):
    rng = np.random.default_rng(1)
    randomise(model, rng)
    inputs = [rng.normal(0, 1, (3, *tensor.shape[1:])).astype("float32") for tensor in model.inputs]
    names = [tensor.name for tensor in model.inputs]
    outputs = model(dict(zip(names, inputs)) if len(inputs) > 1 else inputs[0], training=False)
    folder = os.path.join(HERE, name)
    os.makedirs(folder, exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        path = os.path.join(temporary, "model.h5")
        model.save(path)
        config, version, weights = saved_weights(path)
    data = b"".join(values.astype("<f4").tobytes() for _, values in weights)
    shards = [data[at : at + SHARD_BYTES] for at in range(0, len(data), SHARD_BYTES)]
    paths = [f"group1-shard{k + 1}of{len(shards)}.bin" for k in range(len(shards))]
    for shard, file_name in zip(shards, paths):
        with open(os.path.join(folder, file_name), "wb") as file:
            file.write(shard)
    manifest = [{"name": n, "shape": list(v.shape), "dtype": "float32"} for n, v in weights]
    topology = {"keras_version": version, "backend": "tensorflow", "model_config": config}
    document = {
        "format": "layers-model",
        "generatedBy": f"keras v{version}",
        "convertedBy": "TensorFlow.js Converter v4.22.0",
        "modelTopology": topology,
        "weightsManifest": [{"paths": paths, "weights": manifest}],
    }
    case = {"inputs": [x.ravel().tolist() for x in inputs], "outputs": np.asarray(outputs).ravel().tolist()}
    for file_name, content in (("model.json", document), ("case.json", case)):
        with open(os.path.join(folder, file_name), "w") as file:
            json.dump(content, file)


write("keras3-sequential", sequential())
write("keras3-functional", functional())
