package io.aidc.security.signing;

import io.aidc.security.ModelRejectedException;
import io.aidc.security.ModelRejectedException.Reason;
import io.aidc.security.internal.AtomicFile;
import io.aidc.security.internal.Json;
import io.aidc.security.internal.JsonException;
import io.aidc.security.internal.JsonReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The digests of files as they were with certain marks: what a signer believes without reading the files again. The state
 * file is signed by the signer's own keys, under a payload type of its own, since whoever could write it could have any
 * content signed. It is for one model directory and one way of hashing.
 */
record HashState(String model, Serialization serialization, Map<String, Entry> entries) {
    static final String PAYLOAD_TYPE = "application/vnd.aidc.hash-state.v1+json";

    private static final int MAX_JSON_VALUES = 1_000_000;
    private static final Pattern ENTRY =
            Pattern.compile("(0|[1-9][0-9]{0,18}) (-?[0-9]{1,19}) ([0-9a-f,]*) (.*)", Pattern.DOTALL);

    /** A file as it was. */
    record Entry(FileMark mark, SignedFile file) {
        private String text() {
            String digests = String.join(",", file.digests());
            return mark.size() + " " + mark.modifiedNanos() + " " + digests + " " + mark.fileKey();
        }
    }

    /** The state in the file, or an empty one if there is no file, or it is for something else. */
    static HashState read(Path file, Policy own, String model, Serialization serialization) {
        HashState empty = new HashState(model, serialization, Map.of());
        if (!Files.exists(file)) {
            return empty;
        }
        HashState state = parse(own, serialization, file);
        return state.model.equals(model) ? state : empty;
    }

    void write(Path file, Identity signer) {
        signer.sign(PAYLOAD_TYPE, payload()).write(file, AtomicFile.Access.OWNER);
    }

    /** The digests of those files that look the same. */
    Map<String, SignedFile> known(Map<String, FileMark> marks) {
        Map<String, SignedFile> known = new LinkedHashMap<>();
        marks.forEach((name, mark) -> {
            Entry entry = entries.get(name);
            if (entry != null && entry.mark().equals(mark)) {
                known.put(name, entry.file());
            }
        });
        return known;
    }

    byte[] payload() {
        Map<String, Json> files = new LinkedHashMap<>();
        entries.forEach((name, entry) -> files.put(name, new Json.Text(entry.text())));
        return Json.object("model", model, "algorithm", serialization.algorithm(), "files", new Json.Members(files))
                .text()
                .getBytes(StandardCharsets.US_ASCII);
    }

    private static HashState parse(Policy own, Serialization serialization, Path file) {
        byte[] payload;
        try {
            payload = own.payload(own.read(file), PAYLOAD_TYPE);
        } catch (ModelRejectedException e) {
            throw rejected(e.reason(), e);
        }
        return parsePayload(payload, serialization);
    }

    /** A state for another way of hashing has no entries here. */
    static HashState parsePayload(byte[] payload, Serialization serialization) {
        try {
            Json json = JsonReader.read(payload, MAX_JSON_VALUES);
            Map<String, Entry> entries = new LinkedHashMap<>();
            if (json.get("algorithm").asText().equals(serialization.algorithm())
                    && json.get("files") instanceof Json.Members files) {
                for (Map.Entry<String, Json> member : files.members().entrySet()) {
                    entries.put(member.getKey(), entry(member.getValue().asText(), serialization));
                }
            }
            return new HashState(json.get("model").asText(), serialization, entries);
        } catch (JsonException | NumberFormatException e) {
            throw rejected(Reason.MALFORMED_BUNDLE, e);
        }
    }

    private static Entry entry(String text, Serialization serialization) {
        Matcher parts = ENTRY.matcher(text);
        if (!parts.matches()) {
            throw rejected(Reason.MALFORMED_BUNDLE, null);
        }
        FileMark mark = new FileMark(Long.parseLong(parts.group(1)), Long.parseLong(parts.group(2)), parts.group(4));
        List<String> digests =
                parts.group(3).isEmpty() ? List.of() : List.of(parts.group(3).split(",", -1));
        if (digests.size() != serialization.count(mark.size())
                || !digests.stream().allMatch(serialization.hash()::isDigest)) {
            throw rejected(Reason.MALFORMED_BUNDLE, null);
        }
        return new Entry(mark, serialization.signed(mark.size(), digests));
    }

    private static ModelRejectedException rejected(Reason reason, @Nullable Throwable cause) {
        return new ModelRejectedException(
                reason, "The state file is not as this signer wrote it; without it, every file is hashed", cause);
    }
}
