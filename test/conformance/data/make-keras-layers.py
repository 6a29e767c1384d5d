"""Writes keras-layers.json: small models of layers that tfjs-layers does not know or computes otherwise, by Keras 3.

    python -m venv v && v/bin/pip install keras jax && v/bin/python make-keras-layers.py

Each case holds the topology as Keras saves it, weights by path, inputs and outputs, computed in float32. The file is
kept; this says where it comes from.
"""

import json
import os

os.environ["KERAS_BACKEND"] = "jax"

import keras
import numpy as np
from keras import layers

HERE = os.path.dirname(os.path.abspath(__file__))
RNG = np.random.default_rng(7)
ROWS = 4


def sequential(shape, *chain):
    return keras.Sequential([keras.Input(shape), *chain])


def tokens(*chain, steps=4, words=4, width=2):
    return sequential((steps,), layers.Embedding(words, width, mask_zero=True), *chain)


def merged(merge):
    a, b = keras.Input((4,)), keras.Input((4,))
    one = layers.Embedding(3, 2, mask_zero=True)(a)
    other = layers.Embedding(3, 2, mask_zero=True)(b)
    return keras.Model([a, b], layers.LSTM(2)(merge([one, other])))


def partly_masked(merge):
    a = keras.Input((4,))
    masked = layers.Embedding(3, 2, mask_zero=True)(a)
    plain = layers.Embedding(3, 2)(a)
    return keras.Model(a, layers.GRU(2)(merge([masked, plain])))


def functional():
    """A functional model has the operations that compute masks beside its layers."""
    a, b = keras.Input((4,)), keras.Input((4, 2))
    x = layers.Bidirectional(layers.LSTM(2, return_sequences=True))(layers.Embedding(3, 2, mask_zero=True)(a))
    x = layers.GlobalAveragePooling1D()(layers.TimeDistributed(layers.Dense(2))(layers.Dropout(0.5)(x)))
    return keras.Model([a, b], layers.Add()([x, layers.SimpleRNN(2)(layers.Masking(0.5)(b))]))


def nested():
    inner = sequential((4, 2), layers.Dense(2, activation="tanh"), layers.GRU(2, return_sequences=True))
    return tokens(inner, layers.SimpleRNN(2))


def stacked(**options):
    return layers.RNN([layers.GRUCell(2), layers.LSTMCell(3), layers.GRUCell(1)], **options)


def cases():
    yield "gru", sequential((3, 2), layers.GRU(3))
    yield "gru without bias", sequential((3, 2), layers.GRU(2, use_bias=False, go_backwards=True))
    yield "gru before reset", sequential((3, 2), layers.GRU(2, reset_after=False, return_sequences=True))
    yield "lstm", sequential((3, 2), layers.LSTM(2, return_sequences=True), layers.LSTM(2, go_backwards=True))
    yield "simple rnn", sequential((3, 2), layers.SimpleRNN(2, activation="sigmoid"))
    yield "first of several outputs", state_returned()
    yield "stateful", keras.Sequential([keras.Input(batch_shape=(ROWS, 3, 2)), layers.GRU(2, stateful=True)])
    yield "cell", sequential((3, 2), layers.RNN(layers.GRUCell(2), return_sequences=True))
    yield "cells", sequential((3, 2), stacked())
    yield "masked cells", tokens(stacked(return_sequences=True, go_backwards=True), layers.LSTM(1))
    yield "masked sequences", tokens(layers.GRU(2, return_sequences=True), layers.LSTM(2))
    yield "zeros for masked steps", tokens(layers.RNN(layers.GRUCell(2), zero_output_for_mask=True))
    yield "masking", sequential((4, 2), layers.Masking(0.5), layers.SimpleRNN(2, go_backwards=True))
    yield "mask through layers", tokens(
        layers.Dense(3, activation="tanh"),
        layers.LeakyReLU(),
        layers.ELU(),
        layers.Rescaling(0.5, 0.1),
        layers.Dropout(0.5),
        layers.LayerNormalization(),
        layers.BatchNormalization(),
        layers.TimeDistributed(layers.Dense(2)),
        layers.GRU(2),
    )
    yield "mask lost", tokens(layers.Conv1D(2, 2), layers.LSTM(2))
    yield "mask of a mean", tokens(layers.LSTM(2, return_sequences=True), layers.GlobalAveragePooling1D())
    yield "mask into a model", nested()
    yield "mask of a sum", merged(layers.Add())
    yield "mask of some", partly_masked(layers.Average())
    yield "mask of all", functional()
    for mode in ("concat", "sum", "mul", "ave"):
        yield f"bidirectional {mode}", tokens(
            layers.Bidirectional(layers.LSTM(2, return_sequences=True), merge_mode=mode),
            layers.Bidirectional(layers.GRU(1), merge_mode=mode),
        )
    yield "two layers both ways", sequential(
        (3, 2), layers.Bidirectional(layers.GRU(2), backward_layer=layers.LSTM(1, go_backwards=True, name="other"))
    )
    yield "distributed", sequential(
        (2, 4, 4, 1),
        layers.TimeDistributed(layers.Conv2D(2, 3, activation="tanh")),
        layers.TimeDistributed(layers.Flatten()),
        layers.TimeDistributed(layers.Dense(2)),
    )
    yield "distributed sequences", sequential(
        (2, 3), layers.Embedding(4, 2, mask_zero=True), layers.TimeDistributed(layers.GRU(2))
    )
    yield "convolutional lstm", sequential(
        (3, 4, 3, 1), layers.ConvLSTM2D(2, (2, 3), padding="same", return_sequences=True), layers.ConvLSTM2D(1, 2)
    )
    yield "groups", sequential((5, 4, 4), layers.Conv2D(6, (2, 3), groups=2, strides=(2, 1), padding="same"))
    yield "groups of sequences", sequential((5, 3), layers.Conv1D(3, 2, groups=3, activation="tanh"))
    for kind in ("bilinear", "nearest"):
        yield f"upsampling {kind}", sequential((2, 3, 2), layers.UpSampling2D((3, 2), interpolation=kind))
        yield f"resizing {kind}", sequential((4, 5, 1), layers.Resizing(3, 7, interpolation=kind))
    yield "crop", sequential((5, 6, 2), layers.CenterCrop(2, 3))
    for mode in ("one_hot", "multi_hot", "count"):
        yield f"category {mode}", sequential((3,), layers.CategoryEncoding(4, output_mode=mode))
    yield "category of one", sequential((1,), layers.CategoryEncoding(4, output_mode="one_hot"))


    yield "normalization", sequential((3, 2, 2), layers.Normalization(), layers.Normalization(axis=(1, 3), invert=True))
    yield "normalization of all", sequential((2, 3), layers.Normalization(axis=None), layers.Normalization(axis=1))
    yield "normalization by numbers", sequential(
        (2, 3),
        layers.Normalization(mean=[0.5, -1.0, 2.0], variance=[4.0, 0.6, 0.3]),
        layers.Normalization(axis=None, mean=0.3, variance=2.0, invert=True),
        layers.Normalization(axis=(2, 1), mean=[[0.1], [0.2]], variance=[[0.5], [2.0]]),
        layers.Normalization(axis=(1, 2), mean=[1.0, 2.0, 3.0], variance=[1.0, 2.0, 3.0]),
    )
    yield "normalization of constants", sequential((3,), layers.Normalization(mean=1e-7, variance=0.0))
    yield "mask through normalization", tokens(layers.Normalization(), layers.SimpleRNN(2))
    yield "augmentation", sequential(
        (4, 3, 3),
        layers.RandomFlip(),
        layers.RandomRotation(0.2),
        layers.RandomZoom(0.2),
        layers.RandomTranslation(0.2, 0.2),
        layers.RandomContrast(0.2),
        layers.RandomBrightness(0.2),
        layers.Conv2D(1, 2, activation="tanh"),
    )


def state_returned():
    x = keras.Input((3, 2))
    return keras.Model(x, layers.LSTM(2, return_state=True)(x)[0])


def randomise(model):
    for weight in model.trainable_weights + model.non_trainable_weights:
        if weight.path.endswith("count"):
            continue
        values = RNG.normal(0, 0.7, weight.shape).astype("float32")
        weight.assign(np.abs(values) + 0.3 if "variance" in weight.path else values)
    for layer in model.layers:
        if isinstance(layer, layers.Normalization):
            layer.finalize_state()


def inputs_of(name, model):
    integers = any(isinstance(layer, (layers.Embedding, layers.CategoryEncoding)) for layer in model.layers)
    for tensor in model.inputs:
        shape = (ROWS, *tensor.shape[1:])
        if not integers or (name == "mask of all" and len(shape) == 3):
            values = RNG.normal(0, 1, shape).astype("float32")
            if name in ("masking", "mask of all"):
                values[0, 1] = values[1, 0] = values[2, 3] = 0.5
            yield values
        else:
            values = RNG.integers(0, 3, shape)
            values[:, 0] = np.maximum(values[:, 0], 1)
            yield values


def plain(config):
    """The configuration without what decides how weights begin, what holds them, and in which precision Keras computes."""
    if isinstance(config, list):
        return [plain(part) for part in config]
    if not isinstance(config, dict):
        return config
    ends = ("_initializer", "_regularizer", "_constraint", "dtype", "build_config")
    return {key: plain(value) for key, value in config.items() if not key.endswith(ends)}


def written(name, model):
    if name != "stateful":
        randomise(model)
    else:
        for weight in model.trainable_weights:
            weight.assign(RNG.normal(0, 0.7, weight.shape).astype("float32"))
    inputs = list(inputs_of(name, model))
    outputs = model(inputs if len(inputs) > 1 else inputs[0], training=False)
    topology = {"keras_version": keras.__version__, "backend": "jax", "model_config": plain(json.loads(model.to_json()))}
    own = [weight for weight in model.weights if "seed" not in weight.path and "rnn_state" not in weight.path]
    return {
        "name": name,
        "topology": topology,
        "weights": {w.path: [list(w.shape), np.asarray(w).astype("float32").ravel().tolist()] for w in own},
        "inputs": [np.asarray(x, dtype="float64").ravel().tolist() for x in inputs],
        "outputs": np.asarray(outputs).ravel().tolist(),
    }


with open(os.path.join(HERE, "keras-layers.json"), "w") as file:
    found = [written(name, model) for name, model in cases()]
    file.write("[\n" + ",\n".join(json.dumps(case) for case in found) + "\n]\n")
