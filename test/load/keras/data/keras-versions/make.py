"""Writes four models that use every layer, with the version of Keras that is installed. See ../README.md.

    python make.py        with any of keras 2.15 and tensorflow-cpu, keras 3 and jax (KERAS_BACKEND=jax)
"""

import gzip
import json
import tempfile
from pathlib import Path

import keras
import numpy as np

L = keras.layers
HERE = Path(__file__).parent
VERSION = keras.__version__
MAJOR = int(VERSION[0])
ACTIVATIONS = "relu elu selu softplus softsign sigmoid hard_sigmoid tanh swish gelu mish exponential softmax".split()
# Newer than 2.15, or first in a later version of Keras 3.
NEWER = [name for name in "leaky_relu relu6 log_softmax log_sigmoid celu".split() if MAJOR == 3 and hasattr(keras.activations, name)]


def chained(x, *steps):
    for step in steps:
        x = step(x)
    return x


def vectors():
    x = keras.Input((4,), name="x")
    slope = {"negative_slope": 0.2} if MAJOR == 3 else {"alpha": 0.2}
    once = chained(
        x, L.Normalization(mean=[0.5, 0, -1, 1], variance=[2.0, 1, 0.5, 1]), L.Dense(4, activation="tanh"), L.BatchNormalization(), L.PReLU(),
        L.LeakyReLU(**slope), L.ELU(alpha=0.7), L.Identity(), L.ActivityRegularization(l2=0.1),
    )
    twice = chained(
        x, L.Dense(4), L.LayerNormalization(), L.ReLU(max_value=2.0), L.Dropout(0.2), L.GaussianDropout(0.2),
        L.GaussianNoise(0.2), L.AlphaDropout(0.2), L.Softmax(),
    )
    kinked = L.ReLU(threshold=0.1, negative_slope=0.3)(L.Dense(4)(x))
    if MAJOR == 2:
        kinked = L.ThresholdedReLU(0.2)(kinked)
    merged = [
        L.Add()([once, twice, kinked]), L.Subtract()([once, twice]), L.Multiply()([once, kinked]),
        L.Average()([twice, kinked]), L.Maximum()([once, twice]), L.Minimum()([once, kinked]),
        L.Dot(axes=1, normalize=True)([once, twice]),
    ]
    many = [L.Activation(name)(L.Dense(2)(once)) for name in ACTIVATIONS + NEWER]
    rows = chained(once, L.RepeatVector(2), L.Permute((2, 1)), L.Reshape((2, 4)), L.Softmax(axis=1), L.Flatten())
    return keras.Model(x, L.Dense(2)(L.Concatenate()([*merged, *many, rows])))


def sequences():
    words = keras.Input((5,), dtype="int32", name="words")
    table = L.Embedding(7, 3, mask_zero=True)(words)
    masked = [
        L.LSTM(2)(L.GRU(3, return_sequences=True)(L.SpatialDropout1D(0.2)(table))),
        L.GlobalAveragePooling1D()(L.Add()([table, L.Dense(3, activation="tanh")(table)])),
        L.Bidirectional(L.SimpleRNN(2))(L.TimeDistributed(L.Dense(2, activation="sigmoid"))(table)),
    ]
    plain = L.Embedding(7, 2)(words)
    seen = L.Masking(0.0)(L.Reshape((5, 2))(plain))
    convolved = chained(plain, L.Conv1D(3, 2, padding="causal"), L.MaxPooling1D(2), L.AveragePooling1D(2))
    cells = L.RNN([L.LSTMCell(2), L.GRUCell(2), L.SimpleRNNCell(2)])(plain)
    ends = [L.GlobalMaxPooling1D()(convolved), cells, L.GRU(2)(seen), L.CategoryEncoding(7, output_mode="multi_hot")(words)]
    return keras.Model(words, L.Dense(2)(L.Concatenate()([*masked, *ends])))


def images():
    image = keras.Input((6, 6, 2), name="image")
    x = chained(
        image, L.Rescaling(0.5, 0.1), L.RandomBrightness(0.2), L.RandomContrast(0.2), L.RandomFlip(), L.RandomRotation(0.2),
        L.RandomTranslation(0.1, 0.1), L.RandomZoom(0.2), L.ZeroPadding2D(((1, 0), (0, 1))), L.Cropping2D(1),
        L.Conv2D(3, 2, activation="tanh"), L.SpatialDropout2D(0.2), L.DepthwiseConv2D(2, depth_multiplier=2),
        L.SeparableConv2D(3, 2), L.Conv2DTranspose(2, 3, strides=2, output_padding=1), L.UpSampling2D(2),
        L.CenterCrop(6, 5), L.Resizing(4, 4),
    )
    ends = [L.GlobalAveragePooling2D()(L.AveragePooling2D(2)(x)), L.GlobalMaxPooling2D()(L.MaxPooling2D(2)(x))]
    return keras.Model(image, L.Dense(2)(L.Concatenate()(ends)))


def volumes():
    film = keras.Input((3, 4, 4, 2), name="film")
    x = chained(
        film, L.Conv3D(2, 2), L.SpatialDropout3D(0.2), L.Conv3DTranspose(2, 2, strides=(1, 2, 1)),
        L.TimeDistributed(L.Conv2D(2, 2, activation="tanh")), L.MaxPooling3D((1, 2, 1)), L.AveragePooling3D((2, 1, 1)),
        L.ConvLSTM2D(2, 2, padding="same"), L.Flatten(),
    )
    return keras.Model(film, L.Dense(2)(x))


def randomise(model, random):
    for weight in model.weights:
        values = random.normal(0, 0.5, weight.shape)
        weight.assign(np.abs(values) + 0.3 if "variance" in weight.name else values)


def classes(value):
    """Every class of a layer in a configuration."""
    if isinstance(value, list):
        return set().union(*map(classes, value)) if value else set()
    if not isinstance(value, dict):
        return set()
    module = value.get("module") or ""
    own = {value["class_name"]} if module.startswith(("keras.layers", "keras.src.layers")) else set()
    return own.union(*map(classes, value.values()))


def write(name, model):
    random = np.random.default_rng(1)
    randomise(model, random)
    shape = (3, *model.inputs[0].shape[1:])
    x = random.integers(0, 7, shape) if name == "sequences" else np.float32(random.normal(0, 1, shape))
    if name == "sequences":
        x[:, 0] = [1, 2, 3]
    loaded = model
    folder = HERE / f"{VERSION}-{name}"
    folder.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as place:
        for ending in ("keras", "h5"):
            path = Path(place) / f"model.{ending}"
            try:
                model.save(path)
            except TypeError as error:  # Keras 3.15 cannot save RandomBrightness as .h5
                print(f"{name}.{ending}: {error}")
                continue
            # A new model with random layers computes what they do in training.
            loaded = keras.models.load_model(path) if ending == "keras" else loaded
            (folder / f"{path.name}.gz").write_bytes(gzip.compress(path.read_bytes(), 9, mtime=0))
    case = {
        "classes": sorted(classes(json.loads(model.to_json())) - {"InputLayer"}),
        "inputs": x.ravel().tolist(),
        "outputs": np.asarray(loaded(x, training=False)).ravel().tolist(),
    }
    (folder / "case.json").write_text(json.dumps(case))


for make in (vectors, sequences, images, volumes):
    write(make.__name__, make())
