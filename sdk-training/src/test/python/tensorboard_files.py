"""Checks that TensorBoard (2.21.0) reads the event files of sdk-training, with its own loaders and the HPARAMS plugin's readers.

    tensorboard_files.py read DIRECTORY OUT.json    what TensorBoard reads in the directory
    tensorboard_files.py write OUT.bin              an event file of TensorBoard's own writer, for the reader of the Java tests
"""

import glob
import json
import os
import pathlib
import sys
import tempfile

from tensorboard.backend.event_processing import event_accumulator, event_file_loader
from tensorboard.compat.proto import event_pb2, summary_pb2
from tensorboard.plugins.hparams import api_pb2, metadata
from tensorboard.summary.writer.event_file_writer import EventFileWriter
from tensorboard.util import tensor_util


def read(directory, out):
    (path,) = glob.glob(os.path.join(directory, "*tfevents*"))
    events = list(event_file_loader.LegacyEventFileLoader(path).Load())
    assert events[0].file_version == "brain.Event:2", events[0]
    everything = {kind: 0 for kind in event_accumulator.DEFAULT_SIZE_GUIDANCE}
    accumulator = event_accumulator.EventAccumulator(directory, size_guidance=everything)
    accumulator.Reload()
    tags = accumulator.Tags()
    scalars = {
        tag: [[e.wall_time, e.step, e.value] for e in accumulator.Scalars(tag)] for tag in tags["scalars"]}
    histograms = {}
    for tag in tags["histograms"]:
        histograms[tag] = [
            [e.step, v.min, v.max, v.num, v.sum, v.sum_squares, list(v.bucket_limit), list(v.bucket)]
            for e in accumulator.Histograms(tag) for v in [e.histogram_value]]
    images = {
        tag: [[e.step, e.width, e.height] for e in accumulator.Images(tag)] for tag in tags["images"]}
    texts = {}
    for tag, content in accumulator.PluginTagToContent("text").items():
        texts[tag] = [
            [e.step, tensor_util.make_ndarray(e.tensor_proto).item().decode()] for e in accumulator.Tensors(tag)]
    hparams = accumulator.PluginTagToContent("hparams")
    start = metadata.parse_session_start_info_plugin_data(hparams[metadata.SESSION_START_INFO_TAG])
    end = metadata.parse_session_end_info_plugin_data(hparams[metadata.SESSION_END_INFO_TAG])
    # The second loader is the one the server uses: it rewrites old forms to tensors, and must not lose any.
    rewritten = [v.tag for e in event_file_loader.EventFileLoader(path).Load() for v in e.summary.value]
    pathlib.Path(out).write_text(json.dumps({
        "events": len(events),
        "rewritten": len(rewritten),
        "scalars": scalars,
        "histograms": histograms,
        "images": images,
        "texts": texts,
        "hparams": {k: getattr(v, v.WhichOneof("kind")) for k, v in sorted(start.hparams.items())},
        "started": start.start_time_secs,
        "ended": end.end_time_secs,
        "status": api_pb2.Status.Name(end.status),
    }, indent=1) + "\n")


def write(out):
    with tempfile.TemporaryDirectory() as directory:
        writer = EventFileWriter(directory)
        for step, value in enumerate((0.5, -1.25, 3e30)):
            value = summary_pb2.Summary.Value(tag="theirs/ü", simple_value=value)
            writer.add_event(event_pb2.Event(wall_time=1e9 + step, step=step, summary=summary_pb2.Summary(value=[value])))
        writer.close()
        (path,) = glob.glob(os.path.join(directory, "*"))
        pathlib.Path(out).write_bytes(pathlib.Path(path).read_bytes())


if sys.argv[1] == "read":
    read(*sys.argv[2:])
else:
    write(*sys.argv[2:])
