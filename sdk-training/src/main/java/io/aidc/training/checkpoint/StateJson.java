package io.aidc.training.checkpoint;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.jr.ob.JSON;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Writes and reads {@code state.json}: {@code {"sha256":"<64 digits>","state":{...}}} and a line end, where the digest is that
 * of the bytes of the inner object. Fields stand in a fixed order and the names of values are sorted, so that the same state
 * gives the same bytes under the same Java release.
 *
 * <p>An integer is a JSON number without a point, a floating-point number one with; infinities and NaN are objects {@code
 * {"float":"NaN"}}, bytes are {@code {"base64":"..."}}. A later version may add fields; one that changes what a field means
 * has another format number.
 */
final class StateJson {
    static final int FORMAT = 1;
    static final int MAX_BYTES = 64 << 20;

    private static final byte[] BEFORE_DIGEST = ascii("{\"sha256\":\"");
    private static final byte[] BEFORE_STATE = ascii("\",\"state\":");
    private static final byte[] END = ascii("}\n");
    private static final int DIGEST_LENGTH = 64;
    private static final int STATE_AT = BEFORE_DIGEST.length + DIGEST_LENGTH + BEFORE_STATE.length;

    private static final JSON READER = JSON.builder(JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(16)
                            .maxNumberLength(64)
                            .maxNameLength(SafetensorsHeader.MAX_NAME)
                            .maxStringLength(MAX_BYTES)
                            .maxDocumentLength(MAX_BYTES)
                            .build())
                    .build())
            .build();

    private StateJson() {}

    static byte[] encode(CheckpointState state, long sequence, Map<String, Manifest.FileDigest> files) {
        byte[] inner;
        try {
            inner = JSON.std.asBytes(document(state, sequence, files));
        } catch (IOException e) {
            throw new AssertionError("text in memory cannot fail to be written", e);
        }
        if (inner.length > MAX_BYTES - STATE_AT - END.length) {
            throw new IllegalArgumentException("the state without its arrays takes %d bytes, at most %d are allowed"
                    .formatted(inner.length, MAX_BYTES));
        }
        MessageDigest digest = Sha256.start();
        digest.update(inner);
        var out = new ByteArrayOutputStream(inner.length + STATE_AT + END.length);
        out.writeBytes(BEFORE_DIGEST);
        out.writeBytes(ascii(Sha256.hex(digest)));
        out.writeBytes(BEFORE_STATE);
        out.writeBytes(inner);
        out.writeBytes(END);
        return out.toByteArray();
    }

    private static Map<String, Object> document(
            CheckpointState state, long sequence, Map<String, Manifest.FileDigest> files) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("format", FORMAT);
        json.put("sequence", sequence);
        json.put("step", state.step());
        json.put("epoch", state.epoch());
        json.put("seed", state.seed());
        json.put("groupSize", state.groupSize());
        ModelDescription model = state.model();
        Map<String, Object> described = new LinkedHashMap<>();
        described.put("architecture", model.architecture());
        described.put("sha256", model.digest());
        described.put("parameters", model.parameters());
        described.put("buffers", List.copyOf(state.buffers().keySet()));
        json.put("model", described);
        Map<String, Object> optimizer = new LinkedHashMap<>();
        optimizer.put("description", state.optimizer().description());
        optimizer.put("counters", values(state.optimizer().counters()));
        optimizer.put("arrays", List.copyOf(state.optimizer().arrays().keySet()));
        json.put("optimizer", optimizer);
        Map<String, Object> averages = new LinkedHashMap<>();
        state.averages().forEach((set, arrays) -> averages.put(set, List.copyOf(arrays.keySet())));
        json.put("averages", averages);
        json.put("sampler", values(state.sampler()));
        json.put("schedule", values(state.schedule()));
        json.put("earlyStopping", values(state.earlyStopping()));
        json.put("lossScaling", values(state.lossScaling()));
        json.put("generators", values(state.generators()));
        json.put("privacy", values(state.privacy()));
        Map<String, Object> scores = new LinkedHashMap<>();
        state.scores().forEach((name, score) -> scores.put(name, value(score)));
        json.put("scores", scores);
        json.put("dataFingerprint", state.dataFingerprint());
        json.put("hyperParameters", state.hyperParameters());
        json.put("versions", state.versions());
        json.put("provenance", state.provenance());
        Map<String, Object> digests = new LinkedHashMap<>();
        new TreeMap<>(files).forEach((name, file) -> {
            Map<String, Object> entry = new LinkedHashMap<>();
            entry.put("bytes", file.bytes());
            entry.put("sha256", file.sha256());
            digests.put(name, entry);
        });
        json.put("files", digests);
        return json;
    }

    private static Map<String, Object> values(NamedValues values) {
        Map<String, Object> json = new LinkedHashMap<>();
        values.values().forEach((name, value) -> json.put(name, value(value)));
        return json;
    }

    private static Object value(Object value) {
        if (value instanceof Double number && !Double.isFinite(number)) {
            return Map.of("float", number.toString());
        }
        if (value instanceof NamedValues.Bytes bytes) {
            return Map.of("base64", Base64.getEncoder().encodeToString(bytes.content()));
        }
        return value;
    }

    /** Reads what {@link #encode} wrote; an {@link IOException} says what is wrong. */
    static Manifest decode(byte[] text) throws IOException {
        if (text.length < STATE_AT + END.length
                || !Arrays.equals(BEFORE_DIGEST, Arrays.copyOf(text, BEFORE_DIGEST.length))
                || !Arrays.equals(BEFORE_STATE, Arrays.copyOfRange(text, STATE_AT - BEFORE_STATE.length, STATE_AT))
                || !Arrays.equals(END, Arrays.copyOfRange(text, text.length - END.length, text.length))) {
            throw new IOException(
                    "state.json does not begin and end as it must, it has %d bytes".formatted(text.length));
        }
        byte[] inner = Arrays.copyOfRange(text, STATE_AT, text.length - END.length);
        MessageDigest digest = Sha256.start();
        digest.update(inner);
        String actual = Sha256.hex(digest);
        String expected = new String(text, BEFORE_DIGEST.length, DIGEST_LENGTH, StandardCharsets.ISO_8859_1);
        if (!actual.equals(expected)) {
            throw new IOException("state.json has SHA-256 %s, it says %s".formatted(actual, expected));
        }
        try {
            return manifest(new Fields("state", READER.mapFrom(inner)));
        } catch (IllegalArgumentException e) {
            throw new IOException("state.json: " + e.getMessage(), e);
        }
    }

    private static Manifest manifest(Fields json) throws IOException {
        long format = json.integer("format");
        if (format != FORMAT) {
            throw new IOException("state.json has format %d, only %d can be read".formatted(format, FORMAT));
        }
        Fields model = json.object("model");
        Map<String, List<Long>> shapes = new LinkedHashMap<>();
        Fields parameters = model.object("parameters");
        for (String name : parameters.names()) {
            shapes.put(name, parameters.integers(name));
        }
        var description = new ModelDescription(model.text("architecture"), shapes);
        if (!description.digest().equals(model.text("sha256"))) {
            throw new IOException("state.json describes a model of another digest than it says");
        }
        Fields optimizer = json.object("optimizer");
        Map<String, List<String>> averages = new LinkedHashMap<>();
        for (String set : json.object("averages").names()) {
            averages.put(set, json.object("averages").texts(set));
        }
        return new Manifest(
                json.integer("sequence"),
                state(json, description.architecture(), optimizer),
                description,
                model.texts("buffers"),
                optimizer.texts("arrays"),
                averages,
                files(json.object("files")));
    }

    private static CheckpointState state(Fields json, String architecture, Fields optimizer) throws IOException {
        CheckpointState.Builder state = CheckpointState.at(json.integer("step"))
                .epoch(json.integer32("epoch"))
                .seed(json.integer("seed"))
                .groupSize(json.integer32("groupSize"))
                .architecture(architecture)
                .optimizer(new OptimizerState(optimizer.text("description"), optimizer.values("counters"), Map.of()))
                .sampler(json.values("sampler"))
                .schedule(json.values("schedule"))
                .earlyStopping(json.values("earlyStopping"))
                .lossScaling(json.values("lossScaling"))
                .generators(json.values("generators"))
                .privacy(json.values("privacy"))
                .dataFingerprint(json.text("dataFingerprint"))
                .hyperParameters(json.object("hyperParameters").allTexts())
                .versions(json.object("versions").allTexts())
                .provenance(json.object("provenance").allTexts());
        NamedValues scores = json.values("scores");
        scores.names().forEach(name -> state.score(name, scores.number(name)));
        return state.build();
    }

    private static Map<String, Manifest.FileDigest> files(Fields json) throws IOException {
        Map<String, Manifest.FileDigest> files = new LinkedHashMap<>();
        for (String name : json.names()) {
            Fields file = json.object(name);
            files.put(name, new Manifest.FileDigest(file.integer("bytes"), file.text("sha256")));
        }
        return files;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** A JSON object whose fields are asked for by name and kind. */
    private record Fields(String where, Map<?, ?> json) {
        List<String> names() {
            List<String> names = new ArrayList<>();
            json.keySet().forEach(name -> names.add((String) name));
            return names;
        }

        private <T> T field(String name, Class<T> kind) throws IOException {
            return checked(name, json.get(name), kind);
        }

        private <T> T checked(String name, @Nullable Object value, Class<T> kind) throws IOException {
            if (!kind.isInstance(value)) {
                throw new IOException("state.json must have a %s in field '%s' of '%s', got %s"
                        .formatted(
                                kind.getSimpleName(),
                                name,
                                where,
                                value == null ? "nothing" : value.getClass().getSimpleName()));
            }
            return kind.cast(value);
        }

        private long whole(String name, @Nullable Object value) throws IOException {
            return value instanceof Integer small ? small : checked(name, value, Long.class);
        }

        long integer(String name) throws IOException {
            return whole(name, json.get(name));
        }

        int integer32(String name) throws IOException {
            return field(name, Integer.class);
        }

        String text(String name) throws IOException {
            return field(name, String.class);
        }

        Fields object(String name) throws IOException {
            return new Fields(name, field(name, Map.class));
        }

        List<String> texts(String name) throws IOException {
            List<String> texts = new ArrayList<>();
            for (Object text : field(name, List.class)) {
                texts.add(checked(name, text, String.class));
            }
            return texts;
        }

        List<Long> integers(String name) throws IOException {
            List<Long> integers = new ArrayList<>();
            for (Object integer : field(name, List.class)) {
                integers.add(whole(name, integer));
            }
            return integers;
        }

        Map<String, String> allTexts() throws IOException {
            Map<String, String> texts = new LinkedHashMap<>();
            for (String name : names()) {
                texts.put(name, text(name));
            }
            return texts;
        }

        NamedValues values(String name) throws IOException {
            Fields inner = object(name);
            NamedValues values = NamedValues.none();
            for (String key : inner.names()) {
                Object value = inner.json.get(key);
                if (value instanceof Integer || value instanceof Long) {
                    values = values.and(key, inner.integer(key));
                } else if (value instanceof Double number) {
                    values = values.and(key, number);
                } else if (value instanceof Map) {
                    values = inner.object(key).special(values, key);
                } else {
                    values = values.and(key, inner.text(key));
                }
            }
            return values;
        }

        private NamedValues special(NamedValues values, String key) throws IOException {
            return json.containsKey("base64")
                    ? values.and(key, Base64.getDecoder().decode(text("base64")))
                    : values.and(key, Double.parseDouble(text("float")));
        }
    }
}
