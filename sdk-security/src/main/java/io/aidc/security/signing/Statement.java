package io.aidc.security.signing;

import io.aidc.security.ModelRejectedException;
import io.aidc.security.ModelRejectedException.Reason;
import io.aidc.security.internal.Json;
import io.aidc.security.internal.JsonException;
import io.aidc.security.internal.JsonReader;
import io.aidc.security.internal.Printable;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a signature says: the digest of each file (SHA-256, lower-case hex) in signing order, and which paths were not
 * looked at. An in-toto statement with the predicate of model signing v1, method {@code files}.
 */
record Statement(String modelName, Map<String, String> digests, Set<String> ignored, boolean symlinksFollowed) {
    static final String PAYLOAD_TYPE = "application/vnd.in-toto+json";

    /** Four for each file. */
    private static final int MAX_JSON_VALUES = 1_000_000;

    private static final String TYPE = "https://in-toto.io/Statement/v1";
    private static final String PREDICATE_TYPE = "https://model_signing/signature/v1.0";

    Json toJson() {
        List<Json> resources = new ArrayList<>();
        digests.forEach(
                (name, digest) -> resources.add(Json.object("algorithm", "sha256", "digest", digest, "name", name)));
        Map<String, Json> serialization = new LinkedHashMap<>();
        serialization.put("method", new Json.Text("files"));
        serialization.put("hash_type", new Json.Text("sha256"));
        serialization.put("allow_symlinks", Json.of(symlinksFollowed));
        if (!ignored.isEmpty()) {
            List<Json> paths = new ArrayList<>();
            ignored.stream().sorted(ResourceName.ORDER).forEach(path -> paths.add(new Json.Text(path)));
            serialization.put("ignore_paths", new Json.Items(paths));
        }
        Json subject = Json.object("name", modelName, "digest", Json.object("sha256", rootDigest()));
        Json predicate =
                Json.object("serialization", new Json.Members(serialization), "resources", new Json.Items(resources));
        return Json.object(
                "_type", TYPE,
                "subject", new Json.Items(List.of(subject)),
                "predicateType", PREDICATE_TYPE,
                "predicate", predicate);
    }

    static Statement parse(byte[] payload) {
        try {
            Json json = JsonReader.read(payload, MAX_JSON_VALUES);
            require("_type", json.get("_type").asText(), TYPE);
            require("predicateType", json.get("predicateType").asText(), PREDICATE_TYPE);
            Json predicate = json.get("predicate");
            Json serialization = predicate.get("serialization");
            require("method", serialization.get("method").asText(), "files");
            require("hash_type", serialization.get("hash_type").asText(), "sha256");
            List<Json> subjects = json.get("subject").asItems();
            if (subjects.size() != 1) {
                throw malformed("has %d subjects, 1 is allowed".formatted(subjects.size()));
            }
            Set<String> ignored = new LinkedHashSet<>();
            for (Json path : serialization
                    .find("ignore_paths")
                    .orElse(new Json.Items(List.of()))
                    .asItems()) {
                ignored.add(path.asText());
            }
            boolean symlinks = serialization.get("allow_symlinks").asBoolean();
            Statement statement =
                    new Statement(subjects.get(0).get("name").asText(), resources(predicate), ignored, symlinks);
            String root = subjects.get(0).get("digest").get("sha256").asText();
            if (!root.equals(statement.rootDigest())) {
                throw new ModelRejectedException(
                        Reason.BAD_SIGNATURE, "The signed statement's subject does not match its list of files");
            }
            return statement;
        } catch (JsonException e) {
            throw malformed(e.getMessage());
        }
    }

    private static Map<String, String> resources(Json predicate) throws JsonException {
        Map<String, String> digests = new LinkedHashMap<>();
        for (Json resource : predicate.get("resources").asItems()) {
            require("algorithm", resource.get("algorithm").asText(), "sha256");
            String digest = resource.get("digest").asText();
            if (!digest.matches("[0-9a-f]{64}")) {
                throw malformed("has a digest which is not 64 lower-case hex digits");
            }
            if (digests.put(resource.get("name").asText(), digest) != null) {
                throw new ModelRejectedException(Reason.UNSAFE_NAME, "The signed statement lists a file twice");
            }
        }
        if (!digests.keySet().equals(Set.of(ResourceName.SINGLE_FILE))) {
            ResourceName.check(digests.keySet());
        }
        return digests;
    }

    private String rootDigest() {
        var sha256 = Sha256.create();
        digests.values().forEach(digest -> sha256.update(HexFormat.of().parseHex(digest)));
        return HexFormat.of().formatHex(sha256.digest());
    }

    private static void require(String what, String found, String known) {
        if (!found.equals(known)) {
            throw new ModelRejectedException(
                    Reason.UNSUPPORTED,
                    "The signed statement has %s %s; known is %s".formatted(what, Printable.of(found), known));
        }
    }

    private static ModelRejectedException malformed(String detail) {
        return new ModelRejectedException(Reason.MALFORMED_BUNDLE, "The signed statement is malformed: " + detail);
    }
}
