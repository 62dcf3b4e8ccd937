package io.aidc.security.signing;

import io.aidc.security.ModelRejectedException;
import io.aidc.security.ModelRejectedException.Reason;
import io.aidc.security.internal.Json;
import io.aidc.security.internal.JsonException;
import io.aidc.security.internal.JsonReader;
import io.aidc.security.internal.Printable;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * What a signature says: the digests of each file in signing order, how they were made, and which paths were not looked at.
 * An in-toto statement with the predicate of model signing v1.
 */
record Statement(
        String modelName,
        Serialization serialization,
        Map<String, SignedFile> files,
        Ignored ignored,
        boolean symlinksFollowed) {
    static final String PAYLOAD_TYPE = "application/vnd.in-toto+json";

    /** How many digests fit: four values for each. */
    static final int MAX_RESOURCES = 249_900;

    private static final int MAX_JSON_VALUES = 1_000_000;
    private static final String TYPE = "https://in-toto.io/Statement/v1";
    private static final String PREDICATE_TYPE = "https://model_signing/signature/v1.0";

    /** Whether statements of releases before v1 are read as well. */
    enum Versions {
        V1,
        V1_AND_V0
    }

    /** Whether nothing binds the entries together, nor to a model: a statement of the first releases. */
    boolean isUnbound() {
        return modelName.equals(LegacyV0.NO_NAME);
    }

    Json toJson() {
        Json subject = Json.object("name", modelName, "digest", Json.object("sha256", Resources.rootDigest(files)));
        Json predicate = Json.object(
                "serialization",
                serialization.toJson(ignored, symlinksFollowed),
                "resources",
                Resources.toJson(serialization, files));
        return Json.object(
                "_type", TYPE,
                "subject", new Json.Items(List.of(subject)),
                "predicateType", PREDICATE_TYPE,
                "predicate", predicate);
    }

    byte[] encode() {
        return toJson().text().getBytes(StandardCharsets.US_ASCII);
    }

    static Statement parse(byte[] payload, Versions versions) {
        try {
            Json json = JsonReader.read(payload, MAX_JSON_VALUES);
            require("_type", json.get("_type").asText(), TYPE);
            String predicateType = json.get("predicateType").asText();
            if (versions == Versions.V1_AND_V0 && predicateType.equals(LegacyV0.PREDICATE_TYPE)) {
                return LegacyV0.statement(json.get("subject"));
            }
            require("predicateType", predicateType, PREDICATE_TYPE);
            return parse(json);
        } catch (JsonException e) {
            throw malformed(e.getMessage());
        }
    }

    static ModelRejectedException unsupported(String what, String found, String known) {
        return new ModelRejectedException(
                Reason.UNSUPPORTED,
                "The signed statement has %s %s; known is %s".formatted(what, Printable.of(found), known));
    }

    static ModelRejectedException malformed(String detail) {
        return new ModelRejectedException(Reason.MALFORMED_BUNDLE, "The signed statement is malformed: " + detail);
    }

    private static Statement parse(Json json) throws JsonException {
        List<Json> subjects = json.get("subject").asItems();
        if (subjects.size() != 1) {
            throw malformed("has %d subjects, 1 is allowed".formatted(subjects.size()));
        }
        Json subject = subjects.get(0);
        Json predicate = json.get("predicate");
        Json parameters = predicate.get("serialization");
        Serialization serialization = Serialization.parse(parameters);
        var ignored = parameters.find("ignore_paths");
        return new Statement(
                subject.get("name").asText(),
                serialization,
                Resources.parse(
                        serialization,
                        predicate.get("resources"),
                        subject.get("digest").get("sha256").asText()),
                ignored.isPresent() ? Ignored.parse(ignored.get()) : Ignored.NOTHING,
                parameters.get("allow_symlinks").asBoolean());
    }

    private static void require(String what, String found, String known) {
        if (!found.equals(known)) {
            throw unsupported(what, found, known);
        }
    }
}
