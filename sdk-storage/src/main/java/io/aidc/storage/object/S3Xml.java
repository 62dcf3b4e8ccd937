package io.aidc.storage.object;

import java.io.IOException;
import java.io.StringReader;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * Reads the two documents that a server answers with. A document with a DTD is refused, so nothing is expanded or
 * loaded.
 */
final class S3Xml {
    private static final int LEAF_DEPTH = 3;
    private static final int MAX_DEPTH = 16;

    private S3Xml() {}

    /**
     * One page of a listing.
     *
     * @param next asks for the next page; empty if there is none
     */
    record Page(List<ObjectStore.Listed> objects, String next) {}

    /** Returns the texts below the root by the names of their elements; empty if it is no error document. */
    static Map<String, String> error(byte[] document) {
        try {
            return new Walk("Error").read(document).texts;
        } catch (IOException e) {
            return Map.of();
        }
    }

    /** Reads a page of ListObjectsV2. */
    static Page page(byte[] document) throws IOException {
        Walk walk = new Walk("ListBucketResult").read(document);
        boolean encoded = "url".equals(walk.texts.get("EncodingType"));
        List<ObjectStore.Listed> objects = new ArrayList<>();
        for (Map<String, String> entry : walk.contents) {
            String key = entry.getOrDefault("Key", "");
            objects.add(new ObjectStore.Listed(encoded ? decoded(key) : key, size(entry)));
        }
        boolean more = Boolean.parseBoolean(walk.texts.get("IsTruncated"));
        String next = walk.texts.getOrDefault("NextContinuationToken", "");
        if (more && next.isEmpty()) {
            throw new IOException("the listing has more pages, but does not say how to ask for them");
        }
        return new Page(objects, more ? next : "");
    }

    private static String decoded(String key) throws IOException {
        try {
            return URLDecoder.decode(key, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new IOException("the listing has a key that cannot be decoded", e);
        }
    }

    private static long size(Map<String, String> entry) throws IOException {
        String size = entry.getOrDefault("Size", "");
        try {
            return Long.parseLong(size);
        } catch (NumberFormatException e) {
            throw new IOException("the listing has an object without a size, got '%s'".formatted(size), e);
        }
    }

    /** Collects the texts directly below the root, and those below each {@code Contents}. */
    private static final class Walk {
        private final String root;
        private final Map<String, String> texts = new HashMap<>();
        private final List<Map<String, String>> contents = new ArrayList<>();
        private final List<String> open = new ArrayList<>();
        private final StringBuilder text = new StringBuilder();

        Walk(String root) {
            this.root = root;
        }

        Walk read(byte[] document) throws IOException {
            try {
                String text = StandardCharsets.UTF_8
                        .newDecoder()
                        .decode(ByteBuffer.wrap(document))
                        .toString();
                XMLStreamReader reader = factory().createXMLStreamReader(new StringReader(text));
                while (reader.hasNext()) {
                    step(reader, reader.next());
                }
                reader.close();
                return this;
            } catch (XMLStreamException e) {
                throw new IOException("the answer is no XML: " + e.getMessage(), e);
            }
        }

        private static XMLInputFactory factory() {
            XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
            factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
            factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
            factory.setProperty(XMLInputFactory.IS_COALESCING, true);
            return factory;
        }

        private void step(XMLStreamReader reader, int event) throws IOException {
            switch (event) {
                case XMLStreamConstants.START_ELEMENT -> start(reader.getLocalName());
                case XMLStreamConstants.END_ELEMENT -> end();
                case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA -> text.append(reader.getText());
                case XMLStreamConstants.DTD, XMLStreamConstants.ENTITY_REFERENCE ->
                    throw new IOException("the answer has a DTD or an entity, which is not read");
                default -> {} // comments and the like
            }
        }

        private void start(String name) throws IOException {
            if (open.isEmpty() && !name.equals(root)) {
                throw new IOException("the answer must be <%s>, got <%s>".formatted(root, name));
            }
            if (open.size() == MAX_DEPTH) {
                throw new IOException("the answer is nested deeper than " + MAX_DEPTH);
            }
            open.add(name);
            text.setLength(0);
            if (isEntry()) {
                contents.add(new HashMap<>());
            }
        }

        private void end() {
            String name = open.get(open.size() - 1);
            if (open.size() == LEAF_DEPTH - 1) {
                texts.put(name, text.toString());
            } else if (open.size() == LEAF_DEPTH && open.get(1).equals("Contents")) {
                contents.get(contents.size() - 1).put(name, text.toString());
            }
            open.remove(open.size() - 1);
            text.setLength(0);
        }

        private boolean isEntry() {
            return open.size() == LEAF_DEPTH - 1 && open.get(1).equals("Contents");
        }
    }
}
