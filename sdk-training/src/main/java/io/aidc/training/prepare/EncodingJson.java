package io.aidc.training.prepare;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes encodings as JSON objects and reads them. */
final class EncodingJson {
    private EncodingJson() {}

    static Map<String, Object> write(Encoding encoding) {
        Map<String, Object> item = new LinkedHashMap<>();
        item.put("encoding", "");
        item.put("column", encoding.column());
        if (encoding instanceof Encoding.Affine affine) {
            item.put("encoding", "affine");
            item.put("shift", affine.shift());
            item.put("factor", affine.factor());
        } else if (encoding instanceof Encoding.Between between) {
            item.put("encoding", "between");
            item.put("low", between.low());
            item.put("high", between.high());
        } else if (encoding instanceof Encoding.OneHot oneHot) {
            item.put("encoding", "oneHot");
            item.put("categories", oneHot.categories());
            item.put("unknown", oneHot.unknown().name());
        } else if (encoding instanceof Encoding.Ordinal ordinal) {
            item.put("encoding", "ordinal");
            item.put("categories", ordinal.categories());
        } else if (encoding instanceof Encoding.Dates dates) {
            item.put("encoding", "dates");
            item.put("parts", dates.parts().stream().map(DatePart::name).toList());
        } else if (encoding instanceof Encoding.Flag flag) {
            item.put("encoding", "flag");
            item.put("yes", flag.yes());
            item.put("no", flag.no());
        }
        return item;
    }

    static Encoding read(Json.Fields item) {
        String column = item.text("column");
        return switch (item.text("encoding")) {
            case "affine" -> new Encoding.Affine(column, item.number("shift"), item.number("factor"));
            case "between" -> new Encoding.Between(column, item.number("low"), item.number("high"));
            case "oneHot" ->
                new Encoding.OneHot(
                        column,
                        item.texts("categories"),
                        Json.choice(item, "unknown", item.text("unknown"), Unknown.values()));
            case "ordinal" -> new Encoding.Ordinal(column, item.texts("categories"));
            case "dates" -> new Encoding.Dates(column, parts(item));
            case "flag" -> new Encoding.Flag(column, item.texts("yes"), item.texts("no"));
            default -> throw new IllegalArgumentException(item.path() + ".encoding is of no known kind");
        };
    }

    private static List<DatePart> parts(Json.Fields item) {
        List<DatePart> parts = new ArrayList<>();
        for (String name : item.texts("parts")) {
            parts.add(Json.choice(item, "parts", name, DatePart.values()));
        }
        return parts;
    }
}
