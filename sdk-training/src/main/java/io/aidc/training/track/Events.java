package io.aidc.training.track;

import java.time.Instant;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Encodes what TensorBoard reads: {@code Event} messages and the {@code Summary} values in them. Field numbers are those of
 * event.proto, summary.proto, tensor.proto and of the HPARAMS plugin's plugin_data.proto.
 *
 * @see <a href="https://github.com/tensorflow/tensorboard/tree/master/tensorboard/compat/proto">tensorboard/compat/proto</a>
 */
final class Events {
    static final String FILE_VERSION = "brain.Event:2";
    private static final int DT_FLOAT = 1;
    private static final int DT_STRING = 7;
    private static final int DATA_CLASS_TENSOR = 2;
    private static final String HPARAMS = "hparams";
    private static final Pattern NUMBER = Pattern.compile("[-+]?[0-9]+(\\.[0-9]+)?([eE][-+]?[0-9]+)?");

    /** How a session ended, by the numbers of api.proto. */
    enum Status {
        SUCCESS(1),
        FAILURE(2);

        private final int number;

        Status(int number) {
            this.number = number;
        }
    }

    private Events() {}

    static byte[] version(double wallTime) {
        return new Wire().number(1, wallTime).string(3, FILE_VERSION).toBytes();
    }

    static byte[] summary(double wallTime, long step, Wire value) {
        return new Wire()
                .number(1, wallTime)
                .integer(2, step)
                .message(5, new Wire().message(1, value))
                .toBytes();
    }

    static Wire scalar(String tag, double value) {
        return new Wire().string(1, tag).number(2, (float) value);
    }

    static Wire histogram(String tag, Histogram histogram) {
        return new Wire()
                .string(1, tag)
                .message(
                        5,
                        new Wire()
                                .number(1, histogram.minimum())
                                .number(2, histogram.maximum())
                                .number(3, (double) histogram.finite())
                                .number(4, histogram.sum())
                                .number(5, histogram.squares())
                                .numbers(6, histogram.limits())
                                .numbers(7, histogram.counts()));
    }

    static Wire text(String tag, String markdown) {
        Wire tensor = new Wire().integer(1, DT_STRING).message(2, new Wire()).string(8, markdown);
        return new Wire()
                .string(1, tag)
                .message(8, tensor)
                .message(9, metadata("text", new byte[0], DATA_CLASS_TENSOR));
    }

    static Wire image(String tag, int height, int width, byte[] png) {
        Wire image =
                new Wire().integer(1, height).integer(2, width).integer(3, 4).bytes(4, png);
        return new Wire().string(1, tag).message(4, image);
    }

    static Wire sessionStart(Map<String, String> hyperParameters, Instant started) {
        Wire info = new Wire();
        hyperParameters.forEach(
                (name, value) -> info.message(1, new Wire().string(1, name).message(2, hyperParameter(value))));
        return session("_hparams_/session_start_info", 3, info.number(5, seconds(started)));
    }

    static Wire sessionEnd(Status status, Instant ended) {
        Wire info = new Wire().integer(1, status.number).number(2, seconds(ended));
        return session("_hparams_/session_end_info", 4, info);
    }

    private static Wire session(String tag, int field, Wire info) {
        // The plugin looks at the metadata only, but its loader wants a tensor: an empty one.
        Wire empty = new Wire().integer(1, DT_FLOAT).message(2, new Wire().message(2, new Wire().integer(1, 0)));
        byte[] content = new Wire().message(field, info).toBytes();
        return new Wire().string(1, tag).message(8, empty).message(9, metadata(HPARAMS, content, DATA_CLASS_TENSOR));
    }

    private static Wire metadata(String plugin, byte[] content, int dataClass) {
        return new Wire()
                .message(1, new Wire().string(1, plugin).bytes(2, content))
                .integer(4, dataClass);
    }

    private static Wire hyperParameter(String value) {
        if (value.equals("true") || value.equals("false")) {
            return new Wire().bool(4, value.equals("true"));
        }
        if (NUMBER.matcher(value).matches() && Double.isFinite(Double.parseDouble(value))) {
            return new Wire().number(2, Double.parseDouble(value));
        }
        return new Wire().string(3, value);
    }

    static double seconds(Instant instant) {
        return instant.getEpochSecond() + instant.getNano() / 1e9;
    }
}
