package io.aidc.training.data;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.util.Map;

/** Parses text that is one JSON object and nothing else, no key of which stands twice. */
final class JsonObjects {
    private static final JSON STRICT = JSON.builder()
            .enable(JSON.Feature.FAIL_ON_DUPLICATE_MAP_KEYS)
            .enable(JSON.Feature.PRESERVE_FIELD_ORDERING)
            .build();

    private JsonObjects() {}

    static Map<String, Object> parse(String text) throws IOException {
        try (JsonParser parser = STRICT.createParser(text)) {
            parser.nextToken();
            Map<String, Object> object = STRICT.mapFrom(parser);
            if (parser.nextToken() != null) {
                throw new IOException("there is more behind the object");
            }
            return object;
        }
    }
}
