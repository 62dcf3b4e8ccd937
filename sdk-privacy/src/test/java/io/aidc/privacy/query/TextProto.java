package io.aidc.privacy.query;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** As much of protobuf's text format as the test cases use; every field is a list, repeated fields append. */
final class TextProto {
    private static final Pattern TOKEN = Pattern.compile("#[^\n]*|\"([^\"]*)\"|[\\[\\]{}:,]|[^\\s\\[\\]{}:,#\"]+");

    private final Map<String, List<Object>> fields = new LinkedHashMap<>();

    static TextProto read(Path file) throws IOException {
        List<String> tokens = new ArrayList<>();
        Matcher matcher = TOKEN.matcher(Files.readString(file));
        while (matcher.find()) {
            if (!matcher.group().startsWith("#")) {
                tokens.add(matcher.group(1) != null ? matcher.group(1) : matcher.group());
            }
        }
        var message = new TextProto();
        int end = message.parse(tokens, 0);
        if (end != tokens.size()) {
            throw new IOException("stray closing brace in " + file);
        }
        return message;
    }

    List<TextProto> messages(String name) {
        return fields.getOrDefault(name, List.of()).stream()
                .map(TextProto.class::cast)
                .toList();
    }

    TextProto message(String name) {
        return messages(name).get(0);
    }

    String text(String name) {
        return (String) fields.getOrDefault(name, List.of()).get(0);
    }

    double number(String name) {
        return Double.parseDouble(text(name));
    }

    double number(String name, double otherwise) {
        return fields.containsKey(name) ? number(name) : otherwise;
    }

    double[] numbers(String name) {
        return fields.getOrDefault(name, List.of()).stream()
                .mapToDouble(value -> Double.parseDouble((String) value))
                .toArray();
    }

    private int parse(List<String> tokens, int start) {
        int at = start;
        while (at < tokens.size() && !tokens.get(at).equals("}")) {
            List<Object> values = fields.computeIfAbsent(tokens.get(at++), name -> new ArrayList<>());
            if (tokens.get(at).equals(":")) {
                at++;
            }
            if (tokens.get(at).equals("{")) {
                var inner = new TextProto();
                at = inner.parse(tokens, at + 1) + 1;
                values.add(inner);
            } else if (tokens.get(at).equals("[")) {
                for (at++; !tokens.get(at).equals("]"); at++) {
                    if (!tokens.get(at).equals(",")) {
                        values.add(tokens.get(at));
                    }
                }
                at++;
            } else {
                values.add(tokens.get(at++));
            }
        }
        return at;
    }
}
