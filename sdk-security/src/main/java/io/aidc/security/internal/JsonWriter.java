package io.aidc.security.internal;

import java.util.Locale;

/** Writes JSON in ASCII. */
final class JsonWriter {
    private JsonWriter() {}

    static void write(Json json, StringBuilder out) {
        if (json instanceof Json.Members object) {
            out.append('{');
            String separator = "";
            for (var member : object.members().entrySet()) {
                out.append(separator);
                quote(member.getKey(), out);
                out.append(':');
                write(member.getValue(), out);
                separator = ",";
            }
            out.append('}');
        } else if (json instanceof Json.Items array) {
            out.append('[');
            String separator = "";
            for (Json item : array.items()) {
                out.append(separator);
                write(item, out);
                separator = ",";
            }
            out.append(']');
        } else if (json instanceof Json.Text text) {
            quote(text.value(), out);
        } else if (json instanceof Json.Numeral number) {
            out.append(number.value());
        } else {
            out.append(json.toString().toLowerCase(Locale.ROOT));
        }
    }

    private static void quote(String value, StringBuilder out) {
        out.append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < ' ' || c > '~') {
                out.append("\\u").append(String.format(Locale.ROOT, "%04x", (int) c));
            } else {
                out.append(c);
            }
        }
        out.append('"');
    }
}
